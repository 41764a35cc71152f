import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const immediateExpiry: CheckRule = {
    id: "immediateExpiry",
    severity: "warning",
    reason: "With a TTL or length limit of zero, a message expires or is dropped immediately unless a consumer is ready for it.",
    fix: "Set a TTL or length limit above zero, or remove it.",
    invariants: ["sufficientTtl"],
    source: "https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl",
    check: ({ topology, setting }) =>
        topology.queues.flatMap((queue) =>
            (["message-ttl", "max-length", "max-length-bytes"] as const)
                .filter((key) => setting(queue, key) === 0)
                .map((key) => ({
                    place: queuePlace(queue),
                    message: `has "${key}" 0, so a message ${key === "message-ttl" ? "expires" : "is dropped"} immediately unless a consumer is ready for it`,
                    fix: `set "${key}" above zero, or remove it`,
                })),
        ),
};
