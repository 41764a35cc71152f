import type { Capability } from "./capability.ts";
import {
    all,
    bounded,
    byArgument,
    capped,
    classic,
    onlyQuorum,
    quorum,
    setting,
    sourceCode,
    stream,
} from "./settingRow.ts";

const onlyByPolicy = { settableBy: ["policy"], earlier: [] } as const;

/** Where the replicas of a queue are, and how many. */
export const replicaSettings = {
    // Quorum queues have it from 3.10 on, classic queues from 4.0 on.
    "queue-leader-locator": setting(
        all,
        "How the node for the leader of a new queue is chosen.",
        "clustering#replica-placement",
        {
            since: "3.9",
            settableBy: ["policy", "argument", "configuration"],
            precedence: "policy",
            default: "client-local",
            earlier: [
                { before: "3.10", queueTypes: stream, dropsPolicyOf: bounded },
                { before: "4.0", queueTypes: ["quorum", "stream"], dropsPolicyOf: classic },
            ],
        },
    ),
    "queue-master-locator": setting(
        ["classic"],
        "The old name of queue-leader-locator.",
        "deprecated-features",
        {
            settableBy: capped,
            precedence: "policy",
            dropsPolicyOf: ["quorum", "stream"],
            until: "4.3",
            absence: "refused",
            replacement: "use queue-leader-locator",
            // Operator policies can set it from 4.0 on.
            earlier: [{ before: "4.0", settableBy: ["policy", "argument"] }],
        },
    ),
    "target-group-size": setting(
        quorum,
        "The number of replicas that the queue grows to.",
        "quorum-queues#replica-reconciliation",
        {
            ...onlyQuorum,
            since: "3.13",
            settableBy: capped,
            argument: "x-quorum-target-group-size",
            argumentTypes: all,
            precedence: "maximum",
            operatorPrecedence: "maximum",
        },
    ),
    "initial-cluster-size": setting(stream, "The initial number of replicas.", "streams", {
        since: "3.9",
        precedence: "policy",
        dropsPolicyOf: bounded,
    }),
    "quorum-initial-group-size": setting(
        quorum,
        "The initial number of replicas.",
        "quorum-queues",
        byArgument,
    ),
    "ha-mode": mirroring("Which nodes mirror a classic queue."),
    "ha-params": mirroring("The number or the names of the nodes that mirror a classic queue."),
    "ha-sync-mode": mirroring("Whether a new mirror copies the existing messages by itself."),
    // Quorum queues and streams ignore this key alone, not the policy.
    "ha-sync-batch-size": mirroring("How many messages a new mirror copies together.", {
        ...onlyByPolicy,
        dropsPolicyOf: [],
    }),
    "ha-promote-on-shutdown": mirroring("When a mirror replaces a node that shuts down.", onlyByPolicy),
    "ha-promote-on-failure": mirroring("When a mirror replaces a node that fails.", onlyByPolicy),
} as const;

/**
 * A policy key of mirrored classic queues. An upgraded broker keeps the policies that it has, without effect.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.0.5/release-notes/4.0.1.md "Classic Queues is Now a Non-Replicated Queue Type"
 */
function mirroring(summary: string, rest: Partial<Capability> = {}): Capability {
    return {
        ...setting(classic, summary, "ha", {
            until: "4.0",
            settableBy: ["policy", "operator policy"],
            precedence: "policy",
            argumentTypes: [],
            dropsPolicyOf: ["quorum", "stream"],
            replacement: "use quorum queues for messages that must survive a failed node",
            // Operator policies can set it from 3.11 on.
            earlier: [{ before: "3.11", settableBy: ["policy"] }],
            ...rest,
        }),
        source: `${sourceCode}/v3.13.7/deps/rabbit/src/rabbit_mirror_queue_misc.erl`,
    };
}
