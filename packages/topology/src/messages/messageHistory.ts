import type { DeathCause } from "../routing/deadLetters.ts";
import { countOf, isTable, type ReportedFailure, reportedFailure, textOf } from "./failureHeaders.ts";
import type { ParkedMessage } from "./parkedMessage.ts";

/** One queue that dead-lettered a message for one reason: an entry of the header `x-death`. */
export interface RecordedDeath {
    readonly queue: string;
    readonly reason: DeathCause;
    /** How often. */
    readonly count: number;
    /** The first time, in milliseconds since 1970. */
    readonly at?: number;
    /** The exchange and the routing keys that the message was last published with. */
    readonly exchange: string;
    readonly routingKeys: readonly string[];
    /** The message's own TTL in milliseconds, which dead-lettering removes. */
    readonly ownTtl?: number;
}

/** One time that a message was sent back from a parking queue. */
export interface RecordedRedrive {
    /** In milliseconds since 1970. */
    readonly at?: number;
    /** The parking queue. */
    readonly from: string;
    /** Why it was there, in a sentence. */
    readonly cause: string;
    /** The id of the run that sent it. */
    readonly run?: string;
}

/** What a message's headers record. */
export interface MessageHistory {
    /** Oldest first. */
    readonly deaths: readonly RecordedDeath[];
    /** What a consumer wrote when it dead-lettered the message. */
    readonly failure?: ReportedFailure;
    /** Oldest first. */
    readonly redrives: readonly RecordedRedrive[];
    /** How often the last quorum queue returned it, as far as the broker counted. */
    readonly deliveries?: number;
}

/** The header with the times that a message was sent back. */
export const redrivesHeader = "x-redrives";

/** Reads a message's history. Headers that are malformed, which a publisher can send, are left out. */
export function messageHistory({ headers }: Pick<ParkedMessage, "headers">): MessageHistory {
    const failure = reportedFailure(headers);
    const deliveries = countOf(headers["x-delivery-count"]);
    return {
        deaths: recordedDeaths(headers),
        ...(failure !== undefined && { failure }),
        redrives: tables(headers[redrivesHeader]).map(redriveOf),
        ...(deliveries !== undefined && { deliveries }),
    };
}

/**
 * The entries of `x-death`. Where a client or a protocol has removed or changed it, such as STOMP, which has no tables, the other headers of the
 * broker name the last death.
 */
function recordedDeaths(headers: ParkedMessage["headers"]): readonly RecordedDeath[] {
    // The broker writes the newest first.
    const entries = tables(headers["x-death"]).flatMap(deathOf).reverse();
    return entries.length > 0
        ? entries
        : ["last", "first"]
              .flatMap((which) =>
                  deathOf({
                      queue: headers[`x-${which}-death-queue`],
                      reason: headers[`x-${which}-death-reason`],
                      exchange: headers[`x-${which}-death-exchange`],
                  }),
              )
              .slice(0, 1);
}

function tables(value: unknown): readonly Readonly<Record<string, unknown>>[] {
    return Array.isArray(value) ? value.filter(isTable) : [];
}

const reasons: readonly DeathCause[] = ["rejected", "expired", "delivery_limit", "maxlen"];

function deathOf(entry: Readonly<Record<string, unknown>>): readonly RecordedDeath[] {
    const reason = reasons.find((each) => each === entry["reason"]);
    const queue = textOf(entry["queue"]);
    if (reason === undefined || queue === undefined) {
        return [];
    }
    const at = countOf(entry["time"]);
    const ownTtl = countOf(entry["original-expiration"]);
    const keys: unknown = entry["routing-keys"];
    return [
        {
            queue,
            reason,
            count: countOf(entry["count"]) ?? 1,
            exchange: textOf(entry["exchange"]) ?? "",
            routingKeys: Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [],
            ...(at !== undefined && { at: at * 1_000 }),
            ...(ownTtl !== undefined && { ownTtl }),
        },
    ];
}

function redriveOf(entry: Readonly<Record<string, unknown>>): RecordedRedrive {
    const at = Date.parse(textOf(entry["at"]) ?? "");
    const run = textOf(entry["run"]);
    return {
        from: textOf(entry["from"]) ?? "",
        cause: textOf(entry["cause"]) ?? "",
        ...(Number.isFinite(at) && { at }),
        ...(run !== undefined && { run }),
    };
}
