import { lowered } from "../lowered.js";
import type { ChangeRule } from "../rule.js";

export const loweredTtl: ChangeRule = {
    id: "loweredTtl",
    severity: "error",
    reason: "A lower TTL holds for the messages that are there already: the older ones expire the moment the policy is applied.",
    fix: "Let the queue empty first, or lower the TTL in steps.",
    invariants: [34],
    source: "https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl",
    check: (before, after) =>
        lowered(before, after, ["message-ttl", "expires"], "what is older is expired at once"),
};
