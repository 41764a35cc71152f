import { type BrokerFeatures, featuresOf } from "../broker/features.ts";
import { compileVhost } from "../compile/compiledVhost.ts";
import { DeclarationError } from "../declare/declarationError.ts";
import { declare } from "../declare/declare.ts";
import type { DurationInput, QueueInput, WorkInput } from "../declare/queueInput.ts";
import { defaultBounds, defaultRetention, defaultTimeout, defaultTtl } from "../declare/read/defaults.ts";
import {
    type BrokerVersion,
    type Bytes,
    duration,
    formatBytes,
    type PolicyDefinition,
    type Queue,
} from "../model/index.ts";
import {
    type DefinitionOf,
    delayQueueOf,
    hasShared,
    type SharedExchanges,
    sharedExchanges,
} from "./sharedExchanges.ts";
import { changedSpan, optionalSpan, spanOf } from "./spanInput.ts";
import { brokerText, type VhostObjects } from "./vhostObjects.ts";

/** A queue that a declaration with a purpose is compiled to. */
export interface QueueIntent {
    /** Without its bindings. */
    readonly input: QueueInput;
    /** The objects that the compiler makes for it, as `brokerText` writes them. */
    readonly objects: ReadonlySet<string>;
    /** All queues that the compiler makes for it, by name. */
    readonly queues: ReadonlySet<string>;
}

/** The queues of a virtual host whose purpose can be recognized, by name. */
export interface QueueIntents extends SharedExchanges {
    readonly intents: ReadonlyMap<string, QueueIntent>;
}

/**
 * Recognizes the queues that a declaration with a purpose is compiled to: each candidate is compiled, and all that the compiler makes for it must
 * exist exactly so.
 */
export function queueIntents(objects: VhostObjects, version: BrokerVersion): QueueIntents {
    const features = featuresOf(version);
    const policies = new Map(objects.policies.map(({ name, definition }) => [name, definition]));
    const definitionOf = (queue: string): PolicyDefinition => policies.get(`queue.${queue}`) ?? {};
    const existing = new Set(
        [...objects.queues, ...objects.bindings, ...objects.policies].map((each) => brokerText(each)),
    );
    const shared = sharedExchanges(objects, definitionOf, features);
    const intentOf = (input: QueueInput): QueueIntent | undefined => {
        const made = objectsOf(objects.vhost, input, shared, version);
        if (made === undefined) {
            return undefined;
        }
        const texts = new Set(
            [...made.queues, ...made.bindings, ...made.policies].map((each) => brokerText(each)),
        );
        return [...texts].every((each) => existing.has(each))
            ? { input, objects: texts, queues: new Set(made.queues.map(({ name }) => name)) }
            : undefined;
    };
    const intents = new Map<string, QueueIntent>();
    const added = new Set<string>();
    // Work queues first: their dead-letter queues also look like declared parking queues.
    for (const read of hasShared(shared, features) ? [workInput, otherInput] : [otherInput]) {
        for (const queue of objects.queues.filter(({ name }) => !intents.has(name) && !added.has(name))) {
            const input = read(queue, definitionOf, features);
            const intent = input === undefined ? undefined : intentOf(input);
            if (intent !== undefined) {
                intents.set(queue.name, intent);
                for (const name of intent.queues) {
                    added.add(name);
                }
            }
        }
    }
    const hasWork = [...intents.values()].some(({ input }) => input.purpose === "work");
    return { ...(hasWork && shared), intents };
}

/** What the compiler makes for one queue; `undefined` if it cannot be declared. */
function objectsOf(
    vhost: string,
    input: QueueInput,
    shared: SharedExchanges,
    version: BrokerVersion,
): Pick<VhostObjects, "queues" | "bindings" | "policies"> | undefined {
    try {
        return compileVhost(declare({ vhost, queues: [input], caps: false, ...shared }), version);
    } catch (error) {
        if (error instanceof DeclarationError) {
            return undefined;
        }
        throw error;
    }
}

function workInput(
    { name, arguments: args }: Queue,
    definitionOf: DefinitionOf,
    features: BrokerFeatures,
): QueueInput | undefined {
    const definition = definitionOf(name);
    if (definition["dead-letter-routing-key"] !== name || !("delivery-limit" in definition)) {
        return undefined;
    }
    const retry = features.delayedRetry
        ? brokerRetry(definition)
        : queueRetry(name, definition, definitionOf);
    return {
        purpose: "work",
        name,
        ...boundInput(definition, defaultBounds.work),
        ...consumerInput(args),
        ...(definition["overflow"] === "drop-head" && { critical: false }),
        ...(retry !== undefined && { retry }),
        ...optionalSpan("deadline", definition["message-ttl"]),
        ...jobLimit(definition),
    };
}

const defaultDelay = duration("5 seconds");
const defaultDelayLimit = duration("5 minutes");
const defaultAttempts = 5;

function brokerRetry(definition: PolicyDefinition): WorkInput["retry"] {
    return retryInput(
        attemptsOf(definition),
        Number(definition["delayed-retry-min"]),
        Number(definition["delayed-retry-max"]),
    );
}

/** The first delay queue has the delay, and the last one shows the limit if the delays reach it. */
function queueRetry(
    name: string,
    definition: PolicyDefinition,
    definitionOf: DefinitionOf,
): WorkInput["retry"] {
    const attempts = attemptsOf(definition);
    if (attempts < 2) {
        return retryInput(attempts, defaultDelay, defaultDelayLimit);
    }
    const ttlOf = (attempt: number): number =>
        Number(definitionOf(delayQueueOf(name, attempt))["message-ttl"]);
    const first = ttlOf(1);
    const last = ttlOf(attempts - 1);
    const isLimited = last < first * (attempts - 1);
    return retryInput(attempts, first, isLimited ? last : Math.max(last, defaultDelayLimit));
}

function attemptsOf(definition: PolicyDefinition): number {
    return Number(definition["delivery-limit"]) + 1;
}

function retryInput(attempts: number, delay: number, delayLimit: number): WorkInput["retry"] {
    const changed = {
        ...(attempts !== defaultAttempts && { attempts }),
        ...(delay !== defaultDelay && spanOf("delay", delay)),
        ...(delayLimit !== Math.max(defaultDelayLimit, delay) && spanOf("delayLimit", delayLimit)),
    };
    return Object.keys(changed).length === 0 ? undefined : changed;
}

/** The queues of one purpose each differ in their settings, so that at most one of these fits. */
function otherInput(queue: Queue, definitionOf: DefinitionOf): QueueInput | undefined {
    const { name, type, arguments: args } = queue;
    const definition = definitionOf(name);
    const ttl = definition["message-ttl"];
    if (type === "stream") {
        const maxAge = definition["max-age"];
        const age = typeof maxAge === "string" ? /^(\d+)s$/u.exec(maxAge)?.[1] : undefined;
        return age === undefined
            ? undefined
            : {
                  purpose: "commands",
                  name,
                  ...boundInput(
                      { ...definition, "max-length": defaultBounds.commands.messages },
                      defaultBounds.commands,
                  ),
                  ...changedSpan("retention", Number(age) * 1_000, defaultRetention),
              };
    }
    if (type === "classic") {
        return definition["overflow"] !== "drop-head" || typeof ttl !== "number"
            ? undefined
            : {
                  purpose: "transient",
                  name,
                  ...boundInput(definition, defaultBounds.transient),
                  ...consumerInput(args),
                  ...changedSpan("ttl", ttl, defaultTtl),
              };
    }
    if (definition["delivery-limit"] === -1) {
        return { purpose: "parking", name, ...boundInput(definition, defaultBounds.parking) };
    }
    return typeof ttl !== "number" || definition["delivery-limit"] !== 2
        ? undefined
        : {
              purpose: "requests",
              name,
              ...boundInput(definition, defaultBounds.requests),
              ...consumerInput(args),
              ...changedSpan("timeout", ttl, defaultTimeout),
              ...jobLimit(definition),
          };
}

function boundInput(
    definition: PolicyDefinition,
    defaults: { readonly messages: number; readonly size: Bytes },
): Pick<Extract<QueueInput, { readonly purpose: "parking" }>, "bound"> {
    const messages = definition["max-length"];
    const size = definition["max-length-bytes"];
    const bound = {
        ...(typeof messages === "number" && messages !== defaults.messages && { messages }),
        ...(typeof size === "number" &&
            Number.isSafeInteger(size) &&
            size !== defaults.size && { size: formatBytes(size as Bytes) }), // the unit of this setting
    };
    return Object.keys(bound).length === 0 ? {} : { bound };
}

function consumerInput(args: Queue["arguments"]): { readonly singleActiveConsumer?: true } {
    return args["x-single-active-consumer"] === true ? { singleActiveConsumer: true } : {};
}

const defaultJobLimit = duration("1 minute");

/** The broker's timeout is twice the time limit of a job. */
function jobLimit(definition: PolicyDefinition): { readonly jobLimit?: DurationInput } {
    const timeout = definition["consumer-timeout"];
    return typeof timeout === "number" ? changedSpan("jobLimit", timeout / 2, defaultJobLimit) : {};
}
