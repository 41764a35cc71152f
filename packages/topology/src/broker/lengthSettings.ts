import {
    all,
    bounded,
    classic,
    notForStreams,
    onlyQuorum,
    quorum,
    setting,
    smallest,
    stream,
} from "./settingRow.ts";

/** How long messages stay, and how many. */
export const lengthSettings = {
    "message-ttl": setting(bounded, "Messages expire after this many milliseconds.", "ttl", {
        ...smallest,
        ...notForStreams,
        // Quorum queues have it from 3.10 on.
        earlier: [
            {
                before: "3.9",
                queueTypes: classic,
                argumentTypes: ["classic", "stream"],
                dropsPolicyOf: quorum,
            },
            { before: "3.10", queueTypes: classic, dropsPolicyOf: ["quorum", "stream"] },
        ],
    }),
    expires: setting(
        bounded,
        "An unused queue is deleted with its messages after this many milliseconds.",
        "ttl#queue-ttl",
        {
            ...smallest,
            ...notForStreams,
        },
    ),
    "max-length": setting(bounded, "Limits the number of ready messages.", "maxlength", {
        ...smallest,
        ...notForStreams,
        // The broker accepts the argument for a stream, without effect, up to 3.9.
        earlier: [{ before: "3.10", argumentTypes: all }],
    }),
    "max-length-bytes": setting(
        all,
        "Limits the total size of ready message bodies, or of a stream's log.",
        "maxlength",
        {
            ...smallest,
            precedence: { classic: "minimum", quorum: "minimum", stream: "policy" },
        },
    ),
    "max-in-memory-length": inMemory(),
    "max-in-memory-bytes": inMemory(),
    overflow: setting(
        bounded,
        "Whether a full queue drops messages or rejects publishes.",
        "maxlength#overflow-behaviour",
        {
            ...notForStreams,
            settableBy: ["policy", "operator policy", "argument"],
            precedence: { classic: "argument", quorum: "policy", stream: "policy" },
            default: "drop-head",
            // Operator policies can set it from 3.12 on.
            earlier: [{ before: "3.12", settableBy: ["policy", "argument"] }],
        },
    ),
} as const;

/** Quorum queues kept a part of their messages in memory up to 3.9; classic queues ignore the key alone up to 3.11. */
function inMemory() {
    return setting([], "Without effect: no queue type keeps messages in memory.", "maxlength", {
        ...smallest,
        ...onlyQuorum,
        argumentTypes: quorum,
        earlier: [
            { before: "3.10", queueTypes: quorum, argumentTypes: bounded, dropsPolicyOf: stream },
            { before: "3.12", dropsPolicyOf: stream },
        ],
    });
}
