import { isFailureHeader } from "./failureHeaders.ts";
import { type MessageHistory, type RecordedRedrive, redrivesHeader } from "./messageHistory.ts";
import type { ParkedMessage } from "./parkedMessage.ts";

/** Headers of the broker that are valid in one queue only. A copied count would count again. */
const ofOneStay =
    /^(?:x-death|x-(?:first|last)-death-.+|x-delivery-count|x-acquired-count|x-stream-offset|x-opt-.+)$/;

/**
 * Headers with further routing keys: with them, a message would be delivered to every queue of its first publication again, where it was
 * consumed already.
 */
export const routingHeaders: ReadonlySet<string> = new Set(["CC", "BCC"]);

/** How many redrives a message remembers. */
const maxRedrives = 10;

/** The maximum length of a cause in a header: all headers of a message must fit into one frame of 128 KiB. */
const maxCause = 500;

/** The headers of a message's publisher, without what the broker and consumers counted and wrote. */
export function keptHeaders(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
        Object.entries(raw).filter(
            ([name]) =>
                !ofOneStay.test(name) &&
                !routingHeaders.has(name) &&
                !isFailureHeader(name) &&
                name !== redrivesHeader,
        ),
    );
}

/**
 * The headers of a message that is sent back: those of its publisher, without what the broker and its consumers counted and wrote, and with the
 * history of its redrives.
 * @param raw the headers as the client received them, so that their types are kept
 */
export function redrivenHeaders(
    raw: Readonly<Record<string, unknown>>,
    { queue }: Pick<ParkedMessage, "queue">,
    { redrives }: Pick<MessageHistory, "redrives">,
    redrive: Required<Omit<RecordedRedrive, "from">>,
): Readonly<Record<string, unknown>> {
    return {
        ...keptHeaders(raw),
        [redrivesHeader]: [...redrives, { ...redrive, from: queue }].slice(-maxRedrives).map(redriveEntry),
    };
}

function redriveEntry({ at, from, cause, run }: RecordedRedrive): Readonly<Record<string, string>> {
    return {
        ...(at !== undefined && { at: new Date(at).toISOString() }),
        from,
        cause: cause.length > maxCause ? `${cause.slice(0, maxCause - 1)}…` : cause,
        ...(run !== undefined && { run }),
    };
}
