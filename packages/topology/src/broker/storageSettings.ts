import { all, capped, classic, onlyStreams, setting, stream } from "./settingRow.ts";

/** How a queue stores its messages. */
export const storageSettings = {
    "max-age": setting(stream, "The maximum age of a stream's messages.", "streams#retention", {
        ...onlyStreams,
        since: "3.9",
    }),
    "stream-max-segment-size-bytes": setting(
        stream,
        "The maximum size of a stream's segment files; applies only when the stream is declared.",
        "streams#declaring",
        { ...onlyStreams, since: "3.9" },
    ),
    "stream-filter-size-bytes": setting(
        stream,
        "The size of a chunk's filter; applies only when the stream is declared.",
        "streams#filtering",
        {
            since: "3.13",
            precedence: "policy",
            // Before 4.3 no queue type knew the argument, so none refused it.
            earlier: [{ before: "4.3", argumentTypes: all }],
        },
    ),
    // Operator policies can set it from 3.11 on.
    "queue-version": setting(
        classic,
        "The storage version of classic queues; from 4.0 on every queue has version 2, and 4.3 refuses 1.",
        "classic-queues",
        {
            since: "3.10",
            settableBy: capped,
            earlier: [{ before: "3.11", settableBy: ["policy", "argument"] }],
        },
    ),
    "queue-mode": setting(
        [],
        "Without effect from 3.12 on: classic queues always write messages to disk.",
        "lazy-queues",
        {
            argumentTypes: classic,
            dropsPolicyOf: ["quorum", "stream"],
            until: "4.3",
            absence: "ignored",
            replacement: "leave it: every classic queue writes its messages to disk early",
            earlier: [
                { before: "3.9", queueTypes: classic, argumentTypes: ["classic", "stream"] },
                { before: "3.12", queueTypes: classic },
            ],
        },
    ),
} as const;
