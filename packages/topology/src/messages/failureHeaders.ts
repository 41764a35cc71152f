/** What a consumer wrote into the headers of a message that it dead-lettered. */
export interface ReportedFailure {
    readonly error?: string;
    readonly errorType?: string;
    readonly service?: string;
    /** The release of the service. */
    readonly release?: string;
    readonly attempts?: number;
    readonly sourceQueue?: string;
    /** In milliseconds since 1970. */
    readonly failedAt?: number;
}

type Role = keyof ReportedFailure;

/**
 * The names of headers by their meaning, in order of preference, as normalised names end. They cover `x-<program>-error` and its companions, and
 * Spring's `RepublishMessageRecoverer`, NServiceBus, MassTransit and Rascal.
 */
const endings: Readonly<Record<Role, readonly string[]>> = {
    error: [
        "error-message",
        "exception-message",
        "exception-info-message",
        "fault-message",
        "error",
        "exception",
    ],
    errorType: [
        "error-type",
        "error-class",
        "error-code",
        "exception-type",
        "exception-class",
        "exception-fqcn",
    ],
    service: ["service", "processing-endpoint", "fault-consumer-type"],
    release: ["release", "service-version", "app-version"],
    attempts: ["attempts", "retry-count", "retries", "redelivery-count", "delayed-retries", "attempt"],
    sourceQueue: ["source-queue", "original-queue", "failed-q", "failed-queue", "fault-input-address"],
    failedAt: ["failed-at", "time-of-failure", "fault-timestamp", "failure-time", "error-time"],
};

/** Other headers about a failure that a message must not take along when it is sent back. */
const otherEndings: readonly string[] = [
    "attempt-queue",
    "stack-trace",
    "stacktrace",
    "recovery",
    "fault-reason",
    "original-exchange",
    "original-routing-key",
];

/** How all headers of a framework about a failure begin, as normalised names do: those of NServiceBus and MassTransit. */
const beginnings: readonly string[] = ["nservice-bus-exception-info-", "mt-fault-", "mt-reason"];

/** `NServiceBus.ExceptionInfo.Message` becomes `nservice-bus-exception-info-message`. */
function normalised(name: string): string {
    return name
        .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
        .replace(/[._ -]+/g, "-")
        .toLowerCase();
}

function endsWith(name: string, ending: string): boolean {
    return name === ending || name.endsWith(`-${ending}`);
}

/** Whether a header describes a failure, or counts attempts. */
export function isFailureHeader(name: string): boolean {
    const given = normalised(name);
    return (
        beginnings.some((beginning) => given.startsWith(beginning)) ||
        [...Object.values(endings).flat(), ...otherEndings].some((ending) => endsWith(given, ending))
    );
}

/**
 * The failure that the headers of a message describe; `undefined` if they have no error. A header that only looks like a part of one, such as
 * `x-service` is not one without an error.
 */
export function reportedFailure(headers: Readonly<Record<string, unknown>>): ReportedFailure | undefined {
    const entries = flattened(headers, "", 0).map(([name, value]) => [normalised(name), value] as const);
    const find = (role: Role): unknown => {
        for (const ending of endings[role]) {
            const found = entries.find(
                ([name, value]) => endsWith(name, ending) && typeof value !== "object" && value !== "",
            );
            if (found !== undefined) {
                return found[1];
            }
        }
        return undefined;
    };
    const error = textOf(find("error"));
    const errorType = textOf(find("errorType"));
    if (error === undefined && errorType === undefined) {
        return undefined;
    }
    const service = textOf(find("service"));
    const release = textOf(find("release"));
    const attempts = countOf(find("attempts"));
    const sourceQueue = queueOf(textOf(find("sourceQueue")));
    const failedAt = timeOf(find("failedAt"));
    return {
        ...(error !== undefined && { error }),
        ...(errorType !== undefined && { errorType }),
        ...(service !== undefined && { service }),
        ...(release !== undefined && { release }),
        ...(attempts !== undefined && { attempts }),
        ...(sourceQueue !== undefined && { sourceQueue }),
        ...(failedAt !== undefined && { failedAt }),
    };
}

/** Tables within tables further than this are not read: a publisher can nest them at will. */
const maxDepth = 3;

/** Headers that the broker writes, and the history of this project's own redrives. */
const otherMeaning = /^x-(?:death$|first-death-|last-death-|redrives$)/;

/** The headers with those of nested tables: Rascal writes `rascal: { error: { message } }`. */
function flattened(
    table: Readonly<Record<string, unknown>>,
    prefix: string,
    depth: number,
): readonly (readonly [string, unknown])[] {
    return Object.entries(table).flatMap(([key, value]) => {
        const name = `${prefix}${key}`;
        return otherMeaning.test(name)
            ? []
            : isTable(value) && depth < maxDepth
              ? flattened(value, `${name}.`, depth + 1)
              : [[name, value] as const];
    });
}

/** Whether a value of a header is a table. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

export function textOf(value: unknown): string | undefined {
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

export function countOf(value: unknown): number | undefined {
    const count = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

/** MassTransit names its queue by a URL: `rabbitmq://host/vhost/orders`. NServiceBus adds the machine: `orders@host`. */
function queueOf(text: string | undefined): string | undefined {
    return text?.replace(/^[a-z]+:\/\/.*\/([^/?]+)(?:\?.*)?$/, "$1").replace(/@[^@]*$/, "");
}

/** A number of seconds since 1970, or a date in text. NServiceBus writes `2026-11-24 08:00:00:123456 Z`. */
function timeOf(value: unknown): number | undefined {
    const time =
        typeof value === "number"
            ? value * 1_000
            : typeof value === "string"
              ? Date.parse(value.replace(/^(\S+) (\d\d:\d\d:\d\d):(\d{3})\d* Z$/, "$1T$2.$3Z"))
              : NaN;
    return Number.isFinite(time) ? time : undefined;
}
