import { queueTypes } from "../../model/queue.ts";
import type { Bound, QueueDeclaration } from "../queueDeclaration.ts";
import type { QueueInput } from "../queueInput.ts";
import {
    type Defaults,
    deadline,
    ownBounds,
    ownRetention,
    ownTimeout,
    ownTtl,
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

/** What a queue is read with. */
export interface QueueContext {
    readonly defaults: Defaults;
    readonly known: KnownNames;
    readonly report: Report;
}

export function readQueue(written: unknown, place: string, context: QueueContext): QueueDeclaration {
    const { defaults, known, report } = context;
    const purpose = purposeOf(written, place, report);
    if (purpose === undefined) {
        return { purpose: "parking", name: "", sources: [], retain: false, bound: ownBounds.parking };
    }
    const options = optionsOf(written, place, queueOptions[purpose], report);
    const every = {
        name: readName(options),
        sources: readSources(options, known, report, purpose !== "plain"),
        retain: options.or("retain", flag, defaults.retain),
    };
    if (purpose === "plain") {
        return { purpose, ...every, ...readPlain(options) };
    }
    const bound: Bound = { ...ownBounds[purpose], ...defaults.bound, ...readBound(options) };
    if (purpose === "parking") {
        return { purpose, ...every, bound };
    }
    if (purpose === "commands") {
        return { purpose, ...every, bound, retention: readRetention(options) };
    }
    const singleActiveConsumer = options.or("singleActiveConsumer", flag, defaults.singleActiveConsumer);
    if (purpose === "transient") {
        return { purpose, ...every, bound, singleActiveConsumer, ttl: options.or("ttl", span, ownTtl) };
    }
    const jobLimit = options.or("jobLimit", span, defaults.jobLimit);
    if (purpose === "requests") {
        const timeout = options.or("timeout", span, ownTimeout);
        return { purpose, ...every, bound, singleActiveConsumer, timeout, jobLimit };
    }
    const limit = options.or("deadline", deadline, defaults.deadline);
    return {
        purpose,
        ...every,
        bound,
        singleActiveConsumer,
        critical: options.or("critical", flag, defaults.critical),
        retry: readRetry(options, defaults.retry),
        ...(limit !== "never" && { deadline: limit }),
        jobLimit,
    };
}

/** Reported here where it is unknown: which options the queue has depends on it. */
function purposeOf(written: unknown, place: string, report: Report): Purpose | undefined {
    const ofPurpose = isTable(written) ? { purpose: written["purpose"] } : written;
    const purpose = optionsOf(ofPurpose, place, ["purpose"], report).required("purpose", oneOf(purposes));
    return isTable(written) && written["purpose"] === purpose ? purpose : undefined;
}

function readRetention(options: Options): typeof ownRetention {
    const retention = options.or("retention", span, ownRetention);
    if (retention % 1_000 !== 0 && options.has("retention")) {
        options.problem(
            '"retention" is not in whole seconds',
            "the broker counts the age of a stream in seconds",
        );
    }
    return retention;
}

function readPlain(
    options: Options,
): Omit<Extract<QueueDeclaration, { readonly purpose: "plain" }>, "purpose" | "name" | "sources" | "retain"> {
    const args = options.or("arguments", table, {});
    if ("x-queue-type" in args) {
        options.problem('has the argument "x-queue-type"', 'say it in "type"');
    }
    return {
        type: options.required("type", oneOf(queueTypes)),
        durable: options.or("durable", flag, true),
        autoDelete: options.or("autoDelete", flag, false),
        arguments: args,
        settings: options.or("settings", table, {}),
    };
}
