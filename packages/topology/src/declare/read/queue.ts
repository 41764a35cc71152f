import { queueTypes } from "../../model/queue.ts";
import type { Bound, QueueDeclaration } from "../queueDeclaration.ts";
import type { QueueInput } from "../queueInput.ts";
import {
    type Defaults,
    deadline,
    defaultBounds,
    defaultRetention,
    defaultTimeout,
    defaultTtl,
    readBound,
    readRetry,
} from "./defaults.ts";
import { readName } from "./exchange.ts";
import { flag, isTable, oneOf, span, table } from "./kind.ts";
import type { KnownNames } from "./knownNames.ts";
import { type Options, optionsOf, type Report } from "./options.ts";
import { readSources } from "./sources.ts";

type Purpose = QueueInput["purpose"];
type OptionOf<P extends Purpose> = keyof Extract<QueueInput, { readonly purpose: P }>;

const bounded = ["purpose", "name", "from", "key", "keys", "arguments", "bound", "retain"] as const;
const consumed = [...bounded, "singleActiveConsumer"] as const;

const queueOptions: { readonly [P in Purpose]: readonly OptionOf<P>[] } = {
    work: [...consumed, "critical", "retry", "deadline", "jobLimit"],
    transient: [...consumed, "ttl"],
    requests: [...consumed, "timeout", "jobLimit"],
    commands: [...bounded, "retention"],
    parking: bounded,
    plain: [
        "purpose",
        "name",
        "from",
        "key",
        "keys",
        "arguments",
        "retain",
        "type",
        "durable",
        "autoDelete",
        "settings",
    ],
};

const purposes = ["work", "transient", "requests", "commands", "parking", "plain"] as const;

/** The parts of the declaration that a queue is read with. */
export interface QueueContext {
    readonly defaults: Defaults;
    readonly known: KnownNames;
    readonly report: Report;
}

export function readQueue(raw: unknown, place: string, context: QueueContext): QueueDeclaration {
    const { defaults, known, report } = context;
    const purpose = purposeOf(raw, place, report);
    if (purpose === undefined) {
        return { purpose: "parking", name: "", sources: [], retain: false, bound: defaultBounds.parking };
    }
    const options = optionsOf(raw, place, queueOptions[purpose], report);
    const every = {
        name: readName(options),
        sources: readSources(options, known, report, purpose !== "plain"),
        retain: options.withDefault("retain", flag, defaults.retain),
    };
    if (purpose === "plain") {
        return { purpose, ...every, ...readPlain(options) };
    }
    const bound: Bound = { ...defaultBounds[purpose], ...defaults.bound, ...readBound(options) };
    if (purpose === "parking") {
        return { purpose, ...every, bound };
    }
    if (purpose === "commands") {
        return { purpose, ...every, bound, retention: readRetention(options) };
    }
    const singleActiveConsumer = options.withDefault(
        "singleActiveConsumer",
        flag,
        defaults.singleActiveConsumer,
    );
    if (purpose === "transient") {
        return {
            purpose,
            ...every,
            bound,
            singleActiveConsumer,
            ttl: options.withDefault("ttl", span, defaultTtl),
        };
    }
    const jobLimit = options.withDefault("jobLimit", span, defaults.jobLimit);
    if (purpose === "requests") {
        const timeout = options.withDefault("timeout", span, defaultTimeout);
        return { purpose, ...every, bound, singleActiveConsumer, timeout, jobLimit };
    }
    const limit = options.withDefault("deadline", deadline, defaults.deadline);
    return {
        purpose,
        ...every,
        bound,
        singleActiveConsumer,
        critical: options.withDefault("critical", flag, defaults.critical),
        retry: readRetry(options, defaults.retry),
        ...(limit !== "never" && { deadline: limit }),
        jobLimit,
    };
}

/** Reads the purpose first, because it determines the options of the queue. */
function purposeOf(raw: unknown, place: string, report: Report): Purpose | undefined {
    const ofPurpose = isTable(raw) ? { purpose: raw["purpose"] } : raw;
    const purpose = optionsOf(ofPurpose, place, ["purpose"], report).required("purpose", oneOf(purposes));
    return isTable(raw) && raw["purpose"] === purpose ? purpose : undefined;
}

function readRetention(options: Options): typeof defaultRetention {
    const retention = options.withDefault("retention", span, defaultRetention);
    if (retention % 1_000 !== 0 && options.has("retention")) {
        options.problem(
            '"retention" is not in whole seconds',
            "write a whole number of seconds, the unit of a stream's age",
        );
    }
    return retention;
}

function readPlain(
    options: Options,
): Omit<Extract<QueueDeclaration, { readonly purpose: "plain" }>, "purpose" | "name" | "sources" | "retain"> {
    const args = options.withDefault("arguments", table, {});
    if ("x-queue-type" in args) {
        options.problem('has the argument "x-queue-type"', 'set "type" instead');
    }
    return {
        type: options.required("type", oneOf(queueTypes)),
        durable: options.withDefault("durable", flag, true),
        autoDelete: options.withDefault("autoDelete", flag, false),
        arguments: args,
        settings: options.withDefault("settings", table, {}),
    };
}
