import type { ArgumentValue } from "../../model/arguments.ts";
import type { Duration } from "../../model/duration.ts";
import type { Call, Publication, Service, Subscription, Workload } from "../../model/service.ts";
import { userTags } from "../../model/user.ts";
import type { QueueDeclaration } from "../queueDeclaration.ts";
import type { CallInput, PublicationInput, ServiceInput, SubscriptionInput } from "../services.ts";
import { callerNameProblem } from "./callerName.ts";
import { defaultTimeout } from "./defaults.ts";
import { count, flag, oneOf, span, table, text, texts } from "./kind.ts";
import { expectExchange, expectQueue, type KnownNames } from "./knownNames.ts";
import { unnamedList } from "./namedList.ts";
import { type Options, optionsOf, type Report } from "./options.ts";
import { missingKey } from "./sources.ts";

const serviceOptions: readonly (keyof ServiceInput)[] = [
    "name",
    "publishes",
    "consumes",
    "calls",
    "replies",
    "inspects",
    "redrives",
    "tags",
    "users",
    "workload",
];
const publicationOptions: readonly (keyof PublicationInput)[] = [
    "message",
    "to",
    "key",
    "persistent",
    "mandatory",
    "urgency",
    "expiration",
];
const subscriptionOptions: readonly (keyof SubscriptionInput)[] = [
    "queue",
    "message",
    "prefetch",
    "jobLimit",
];
const callOptions: readonly (keyof CallInput)[] = ["message", "to", "key", "timeout"];
const workloadOptions: readonly (keyof Workload)[] = ["program", "replicas", "httpPort", "settings"];

const defaultPrefetch = 20;

/** The parts of the declaration that a service is read with. */
export interface ServiceContext {
    readonly vhost: string;
    readonly known: KnownNames;
    readonly report: Report;
    readonly queues: ReadonlyMap<string, QueueDeclaration>;
    /** The default for queues without a job limit. */
    readonly jobLimit: Duration;
}

export function readService(raw: unknown, place: string, context: ServiceContext): Service {
    const { vhost, known, report, queues } = context;
    const options = optionsOf(raw, place, serviceOptions, report);
    const consumes = unnamedList(options, "consumes", subscriptionOptions, report, (each) =>
        readSubscription(each, context),
    );
    const answers = consumes.some(({ queue }) => queues.get(queue)?.purpose === "requests");
    const users = options.optional("users", texts);
    const workload = options.has("workload") ? readWorkload(options) : undefined;
    const inspects = options.withDefault("inspects", texts, []);
    for (const queue of inspects) {
        expectQueue(options, "inspects", queue, known);
    }
    const name = readServiceName(options);
    const calls = unnamedList(options, "calls", callOptions, report, (each) => readCall(each, known));
    const problem = calls.length === 0 || name === "" ? undefined : callerNameProblem(name);
    if (problem !== undefined) {
        options.problem(problem, "choose another name for the service");
    }
    return {
        vhost,
        name,
        publishes: unnamedList(options, "publishes", publicationOptions, report, (each) =>
            readPublication(each, known),
        ),
        consumes,
        calls,
        replies: options.withDefault("replies", flag, answers),
        inspects,
        redrives: options.withDefault("redrives", flag, false),
        tags: readTags(options),
        ...(users !== undefined && { users }),
        ...(workload !== undefined && { workload }),
    };
}

function readServiceName(options: Options): string {
    const name = options.required("name", text);
    if (options.raw("name") === "") {
        options.problem(
            '"name" is empty',
            "write the name of the service, which is also the name of its user",
        );
    }
    return name;
}

function readTags(options: Options): Service["tags"] {
    const tag = oneOf(userTags);
    return options.withDefault("tags", texts, []).flatMap((raw) => {
        const known = tag.parse(raw);
        if (known === undefined) {
            options.problem(`"tags" has "${raw}"`, tag.fix(raw));
        }
        return known ?? [];
    });
}

/** Reads where a message is published: an exchange and a routing key. */
function readTarget(options: Options, known: KnownNames): { exchange: string; routingKey: string } {
    const exchange = options.required("to", text);
    expectExchange(options, "to", exchange, known);
    return { exchange, routingKey: options.optional("key", text) ?? missingKey(options, exchange, known) };
}

function readPublication(options: Options, known: KnownNames): Publication {
    const expiration = options.optional("expiration", span);
    return {
        message: options.required("message", text),
        ...readTarget(options, known),
        persistent: options.withDefault("persistent", flag, true),
        mandatory: options.withDefault("mandatory", flag, true),
        urgency: options.withDefault("urgency", flag, false),
        ...(expiration !== undefined && { expiration }),
    };
}

function readSubscription(options: Options, { known, queues, jobLimit }: ServiceContext): Subscription {
    const queue = options.required("queue", text);
    expectQueue(options, "queue", queue, known);
    const declared = queues.get(queue);
    const ofQueue = declared !== undefined && "jobLimit" in declared ? declared.jobLimit : jobLimit;
    return {
        message: options.withDefault("message", text, queue),
        queue,
        prefetch: options.withDefault("prefetch", count(0), defaultPrefetch),
        jobLimit: options.withDefault("jobLimit", span, ofQueue),
    };
}

function readCall(options: Options, known: KnownNames): Call {
    return {
        message: options.required("message", text),
        ...readTarget(options, known),
        timeout: options.withDefault("timeout", span, defaultTimeout),
    };
}

function readWorkload(outer: Options): Workload {
    const options = outer.inner("workload", workloadOptions);
    const httpPort = options.optional("httpPort", count(1));
    const settings: Readonly<Record<string, ArgumentValue>> = options.withDefault("settings", table, {});
    return {
        program: options.required("program", text),
        replicas: options.withDefault("replicas", count(0), 1),
        ...(httpPort !== undefined && { httpPort }),
        settings,
    };
}
