import {
    type BrokerVersion,
    binding,
    emptyTopology,
    exchange,
    queue,
    type Topology,
} from "@spot-messaging/topology";

export const referenceVhost = "reference";

const bounded = { "x-max-length": 20, "x-overflow": "reject-publish" } as const;

/**
 * One queue of each kind that has a claim, in a virtual host of its own: so each kind of claim has an experiment, also if the topology under
 * test has none of it.
 */
export function referenceTopology(version: BrokerVersion): Topology {
    const vhost = referenceVhost;
    const deadLetters = {
        "x-dead-letter-exchange": "dead",
        "x-dead-letter-strategy": "at-least-once",
        ...bounded,
    } as const;
    const queues = [
        queue(vhost, "work", "quorum", { arguments: { ...deadLetters, "x-delivery-limit": 2 } }),
        queue(vhost, "expiring", "quorum", { arguments: { ...deadLetters, "x-message-ttl": 2_000 } }),
        queue(vhost, "dropping", "quorum", {
            arguments: { "x-max-length": 20, "x-dead-letter-exchange": "dead" },
        }),
        queue(vhost, "ordered", "quorum", { arguments: { "x-single-active-consumer": true } }),
        queue(vhost, "urgent", "classic", { arguments: { "x-max-priority": 9 } }),
        queue(vhost, "classic", "classic", { arguments: { "x-message-ttl": 600_000 } }),
        queue(vhost, "timed", "quorum", { arguments: { "x-consumer-timeout": 5_000 } }),
        queue(vhost, "history", "stream"),
        queue(vhost, "dead", "quorum", { arguments: { ...bounded } }),
        queue(vhost, "unrouted", "quorum"),
    ];
    return {
        ...emptyTopology(version),
        vhosts: [{ name: vhost }],
        queues,
        exchanges: [
            exchange(vhost, "topic", "topic", { arguments: { "alternate-exchange": "unrouted" } }),
            exchange(vhost, "direct", "direct"),
            exchange(vhost, "headers", "headers"),
            exchange(vhost, "dead", "fanout"),
            exchange(vhost, "unrouted", "fanout"),
        ],
        bindings: [
            ...queues
                .filter(({ name }) => name !== "dead" && name !== "unrouted")
                .map(({ name }) => binding(vhost, "direct", name, name)),
            binding(vhost, "topic", "ordered", "a.*.#"),
            binding(vhost, "topic", "history", "#.b"),
            binding(vhost, "headers", "ordered", "", { arguments: { "x-match": "all", colour: "red" } }),
            binding(vhost, "dead", "dead", ""),
            binding(vhost, "unrouted", "unrouted", ""),
        ],
    };
}
