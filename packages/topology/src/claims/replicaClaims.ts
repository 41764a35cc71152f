import { type Queue, queueTypeNoun } from "../model/index.ts";
import type { EffectiveSettings } from "../settings/effective.ts";
import type { Claim, NoClaim } from "./claim.ts";

/** What a lost node means for one queue. */
export interface ReplicaClaims {
    readonly claims: readonly Claim[];
    readonly unclaimed: readonly NoClaim[];
}

/**
 * What a lost node means for a queue: a majority of its members must be left.
 * @see https://www.rabbitmq.com/docs/quorum-queues#availability
 * @see https://www.rabbitmq.com/docs/classic-queues
 */
export function replicaClaims(queue: Queue, { settings }: EffectiveSettings, nodes: number): ReplicaClaims {
    const { vhost, name, type } = queue;
    const noun = `${queueTypeNoun(type)} "${name}"`;
    const none = (reason: string): NoClaim => ({ vhost, queue: name, sentence: `${noun}: ${reason}` });
    if (type === "classic") {
        if (!queue.durable || queue.autoDelete) {
            return {
                claims: [],
                unclaimed: [none("is deleted with its messages when its node stops or its users leave")],
            };
        }
        return {
            claims: [
                {
                    ...{ kind: "waitsForNode", vhost, queue: name, type },
                    sentence: `${noun} is unavailable while its node is down; the node returns with the persistent messages`,
                },
            ],
            unclaimed: [
                none("is on one node: transient messages are lost when it stops, all messages with its disk"),
            ],
        };
    }
    const members = membersOf(type, settings, nodes);
    if (members >= 3) {
        const availability = type === "stream" ? "readers and publishers continue" : "it stays available";
        return {
            claims: [
                {
                    ...{ kind: "survivesNode", vhost, queue: name, type, members },
                    sentence: `losing one of ${nodes} nodes loses no confirmed message of ${noun}, and ${availability}`,
                },
            ],
            unclaimed: [],
        };
    }
    return {
        claims: [
            {
                ...{ kind: "waitsForNode", vhost, queue: name, type },
                sentence: `${noun} is unavailable while one of its nodes is down; the node returns with the confirmed messages`,
            },
        ],
        unclaimed:
            members === 1 ? [none("has one member: all messages are lost with the disk of its node")] : [],
    };
}

/**
 * The members that a new queue gets. A policy's `target-group-size` is reached later, by the broker's own reconciliation.
 * @see https://www.rabbitmq.com/docs/quorum-queues#replication-factor
 */
function membersOf(
    type: "quorum" | "stream",
    settings: EffectiveSettings["settings"],
    nodes: number,
): number {
    const given = settings.value(type === "stream" ? "initial-cluster-size" : "quorum-initial-group-size");
    const initial = typeof given === "number" ? given : 3;
    const target = type === "quorum" ? settings.value("target-group-size") : undefined;
    return Math.min(nodes, Math.max(initial, typeof target === "number" ? target : 0));
}
