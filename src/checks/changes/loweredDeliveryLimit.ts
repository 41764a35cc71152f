import { lowered } from "../lowered.js";
import type { ChangeRule } from "../rule.js";

export const loweredDeliveryLimit: ChangeRule = {
    id: "loweredDeliveryLimit",
    severity: "error",
    reason: "A lower delivery limit gives messages up that are being retried.",
    fix: "Let the retries end first.",
    invariants: [34],
    source: "https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling",
    check: (before, after) =>
        lowered(before, after, ["delivery-limit"], "what was delivered more often is given up at once"),
};
