import { all, bounded, byArgument, quorum, setting } from "./settingRow.ts";

/** How a queue delivers messages to its consumers. */
export const consumerSettings = {
    // Up to 4.2 the channel enforces it for every queue type; from 4.3 on only quorum queues do. Up to 3.11 only rabbitmq.conf can set it.
    "consumer-timeout": setting(
        quorum,
        "How long a consumer may hold a message without acknowledging it, in milliseconds.",
        "consumers#acknowledgement-timeout",
        {
            precedence: "minimum",
            settableBy: ["policy", "argument", "configuration"],
            earlier: [
                { before: "3.12", queueTypes: all, settableBy: ["configuration"] },
                { before: "4.3", queueTypes: all },
            ],
            default: 1_800_000,
        },
    ),
    "consumer-disconnected-timeout": setting(
        quorum,
        "How long messages stay with a consumer whose node is disconnected, in milliseconds.",
        "quorum-queues",
        {
            since: "4.3",
            precedence: "minimum",
            settableBy: ["policy", "argument", "configuration"],
            default: 60_000,
        },
    ),
    "max-priority": setting(["classic"], "The number of priorities of the queue.", "priority", {
        ...byArgument,
        earlier: [{ before: "3.9", argumentTypes: ["classic", "stream"] }],
    }),
    "single-active-consumer": setting(
        bounded,
        "Delivers to one consumer at a time; the others are standbys.",
        "consumers#single-active-consumer",
        { ...byArgument, earlier: [{ before: "3.10", argumentTypes: all }] },
    ),
} as const;
