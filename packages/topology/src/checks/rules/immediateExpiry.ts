import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const immediateExpiry: CheckRule = {
    id: "immediateExpiry",
    severity: "warning",
    reason: "With a TTL or a length of zero a message is gone at once unless a consumer is waiting for it at this very moment.",
    fix: "Set a TTL or length above zero, or remove it.",
    invariants: ["sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl",
    check: ({ topology, setting }) =>
        topology.queues.flatMap((queue) =>
            (["message-ttl", "max-length", "max-length-bytes"] as const)
                .filter((key) => setting(queue, key) === 0)
                .map((key) => ({
                    place: queuePlace(queue),
                    message: `has "${key}" 0, so it keeps a message only for a consumer that is waiting for it`,
                    fix: `set "${key}" above zero, or remove it`,
                })),
        ),
};
