import { compileVhost } from "../compile/compiledVhost.ts";
import { exchangePolicy, queuePolicy } from "../compile/queuePolicy.ts";
import type { BrokerObjects } from "../compile/withObjects.ts";
import type { DeclarationInput } from "../declare/declarationInput.ts";
import { declare } from "../declare/declare.ts";
import type { ExchangeInput } from "../declare/exchanges.ts";
import type { PlainInput, QueueInput } from "../declare/queueInput.ts";
import { groupLookup } from "../lookup/groups.ts";
import { builtInExchanges } from "../model/builtInExchange.ts";
import {
    type Binding,
    type BrokerVersion,
    type Exchange,
    isSupported,
    type KnownVersion,
    type Policy,
    type PolicyDefinition,
    type Queue,
} from "../model/index.ts";
import { nameProblem } from "../text/nameProblem.ts";
import { bindingInputs, type ReferableExchanges, someOf, sourceOptions } from "./bindingInput.ts";
import { type QueueIntents, queueIntents } from "./queueIntent.ts";
import { brokerText, type VhostObjects, vhostLists } from "./vhostObjects.ts";

/** How a program declares the objects of one virtual host. */
export interface VhostProgram {
    readonly vhost: string;
    /** @default - no declaration can name this virtual host */
    readonly declaration?: DeclarationInput;
    /** What the declaration cannot say. */
    readonly objects: BrokerObjects;
}

/** The version that declarations are compiled for: programs for versions below the oldest one only describe their broker. */
export function compiledVersion(version: KnownVersion): BrokerVersion {
    return isSupported(version) ? version : "4.0";
}

/** How to write the program of a virtual host. */
export interface VhostProgramOptions {
    /** Whether to recognize the purposes of queues. @default true */
    readonly withIntents?: boolean;
    /** Whether the topology has the virtual host itself, which a declaration always adds. @default true */
    readonly isListed?: boolean;
}

/** A declaration that is compiled to these objects, as far as it can say them, and the others. */
export function vhostProgram(
    objects: VhostObjects,
    version: KnownVersion,
    { withIntents = true, isListed = true }: VhostProgramOptions = {},
): VhostProgram {
    const { vhost } = objects;
    if (!isListed || vhost === "" || nameProblem(`${vhost}.dead-letter`) !== undefined) {
        return { vhost, objects: remainder(objects, nothing) };
    }
    const compiled = compiledVersion(version);
    const declaration = declarationOf(
        objects,
        withIntents && isSupported(version) ? queueIntents(objects, compiled) : { intents: new Map() },
    );
    const made = compileVhost(declare(declaration), compiled);
    const hasCaps =
        made.operatorPolicies.length > 0 && isContained(made.operatorPolicies, objects.operatorPolicies);
    const { operatorPolicies, ...others } = made;
    return {
        vhost,
        declaration: hasCaps ? declaration : withoutCaps(declaration),
        objects: remainder(objects, { ...others, operatorPolicies: hasCaps ? operatorPolicies : [] }),
    };
}

const nothing: Omit<VhostObjects, "vhost"> = {
    exchanges: [],
    queues: [],
    bindings: [],
    policies: [],
    operatorPolicies: [],
};

/** Right after the name of the virtual host, where a reader looks for it. */
function withoutCaps({ vhost, ...rest }: DeclarationInput): DeclarationInput {
    return { vhost, caps: false, ...rest };
}

function isContained(part: readonly object[], whole: readonly object[]): boolean {
    const texts = new Set(whole.map(brokerText));
    return part.every((each) => texts.has(brokerText(each)));
}

/** The objects that the compiler does not make. */
function remainder(objects: VhostObjects, made: Omit<VhostObjects, "vhost">): BrokerObjects {
    return Object.fromEntries(
        vhostLists.flatMap((list) => {
            const texts = new Set(made[list].map((each: object) => brokerText(each)));
            const others = objects[list].filter((each) => !texts.has(brokerText(each)));
            return others.length === 0 ? [] : [[list, others]];
        }),
    );
}

/** The parts of a virtual host that decide what a declaration can say. */
interface Context {
    readonly exchanges: ReferableExchanges;
    readonly definitionOf: (policy: Policy) => PolicyDefinition | undefined;
}

function declarationOf(objects: VhostObjects, { intents, ...shared }: QueueIntents): DeclarationInput {
    const { vhost } = objects;
    const policies = new Set(objects.policies.map((each) => brokerText(each)));
    const named = new Map(objects.policies.map((each) => [each.name, each]));
    // A policy as the compiler would make it, if the broker has exactly this one.
    const context: Context = {
        exchanges: referableExchanges(objects.exchanges),
        definitionOf: (expected) => {
            const definition = named.get(expected.name)?.definition;
            return definition !== undefined && policies.has(brokerText({ ...expected, definition }))
                ? definition
                : undefined;
        },
    };
    const addedByCompiler = new Set([...intents.values()].flatMap((each) => [...each.objects]));
    const addedQueues = new Set([...intents.values()].flatMap((each) => [...each.queues]));
    const isExpressible = (each: Binding): boolean =>
        context.exchanges.has(each.source) &&
        isJson(each.arguments) &&
        !addedByCompiler.has(brokerText(each));
    const bindings = objects.bindings.filter(isExpressible);
    const sourcesOf = groupLookup(
        bindings.filter(({ destinationType }) => destinationType === "queue"),
        ({ destination }) => destination,
    );
    const queues = objects.queues.flatMap((each): readonly QueueInput[] => {
        const sources = sourceOptions(sourcesOf(each.name), context.exchanges);
        const intent = intents.get(each.name)?.input;
        if (intent !== undefined) {
            return [{ ...intent, ...sources }];
        }
        return addedQueues.has(each.name) || !isDeclarable(each)
            ? []
            : [{ ...plainInput(each, context), ...sources }];
    });
    const declared = new Set(queues.map(({ name }) => name));
    const exchanges = objects.exchanges
        .filter(isDeclarableExchange)
        .map((each) => exchangeInput(each, context))
        .filter((each) => !isAddedExchange(each, shared));
    const others = bindings.filter(
        ({ destination, destinationType }) =>
            destination !== "" &&
            (destinationType === "exchange"
                ? context.exchanges.has(destination)
                : !declared.has(destination) && isReferable(destination, intents)),
    );
    return {
        vhost,
        ...sharedOptions(vhost, shared),
        ...(exchanges.length > 0 && { exchanges }),
        ...(queues.length > 0 && { queues }),
        ...(others.length > 0 && { bindings: bindingInputs(others, context.exchanges) }),
    };
}

/** Whether the compiler adds this exchange itself. */
function isAddedExchange(
    { name, type, ...options }: ExchangeInput,
    { deadLetterExchange }: Omit<QueueIntents, "intents">,
): boolean {
    return name === deadLetterExchange && type === "topic" && Object.keys(options).length === 0;
}

/** Whether a declaration can name the queue although it does not declare it: the dead-letter queue of a work queue. */
function isReferable(queue: string, intents: QueueIntents["intents"]): boolean {
    const work = queue.replace(/\.dlq$/u, "");
    return work !== queue && intents.get(work)?.input.purpose === "work";
}

function sharedOptions(
    vhost: string,
    { deadLetterExchange, retryExchange }: Omit<QueueIntents, "intents">,
): Pick<DeclarationInput, "deadLetterExchange" | "retryExchange"> {
    return {
        ...(deadLetterExchange !== undefined &&
            deadLetterExchange !== `${vhost}.dead-letter` && { deadLetterExchange }),
        ...(retryExchange !== undefined && retryExchange !== `${vhost}.retry` && { retryExchange }),
    };
}

/** Whether a declaration accepts the object: its name, and the form of its arguments. */
function isDeclarable({ name, arguments: args }: Exchange | Queue): boolean {
    return nameProblem(name) === undefined && isJson(args) && !("x-queue-type" in args);
}

/** A declaration wants a topic exchange of this name, whether it needs one or not. */
function isDeclarableExchange(each: Exchange): boolean {
    return isDeclarable(each) && (each.type === "topic" || each.name !== `${each.vhost}.replies`);
}

/** JSON has no such numbers, and no declaration accepts them. */
function isJson(value: unknown): boolean {
    return typeof value === "number"
        ? Number.isFinite(value)
        : typeof value !== "object" || value === null || Object.values(value).every(isJson);
}

function referableExchanges(exchanges: readonly Exchange[]): Context["exchanges"] {
    const builtIn = [...builtInExchanges].flatMap(([name, { type }]) =>
        name === "" ? [] : [{ name, type }],
    );
    return new Map(
        [...builtIn, ...exchanges.filter(isDeclarableExchange)].map(({ name, type }) => [
            name,
            { routesByKey: type === "direct" || type === "topic" },
        ]),
    );
}

function exchangeInput(
    { vhost, name, type, durable, autoDelete, internal, arguments: args }: Exchange,
    { exchanges, definitionOf }: Context,
): ExchangeInput {
    const definition = definitionOf(exchangePolicy(vhost, name, {})) ?? {};
    const { "alternate-exchange": alternate, ...others } = definition;
    const isReference =
        typeof alternate === "string" && exchanges.has(alternate) && !("alternate-exchange" in args);
    const settings = isReference ? others : definition;
    return {
        name,
        type,
        ...(isReference && { alternate }),
        ...(!durable && { durable }),
        ...(autoDelete && { autoDelete }),
        ...(internal && { internal }),
        ...someOf("arguments", args),
        ...(isJson(settings) && someOf("settings", settings)),
    };
}

function plainInput(
    { vhost, name, type, durable, autoDelete, arguments: args }: Queue,
    { definitionOf }: Context,
): PlainInput {
    const settings = definitionOf(queuePolicy(vhost, name, type, "plain", {})) ?? {};
    return {
        purpose: "plain",
        name,
        type,
        ...(!durable && { durable }),
        ...(autoDelete && { autoDelete }),
        ...someOf("arguments", args),
        ...(isJson(settings) && someOf("settings", settings)),
    };
}
