import { lowered } from "../lowered.js";
import type { ChangeRule } from "../rule.js";

export const loweredBound: ChangeRule = {
    id: "loweredBound",
    severity: "error",
    reason: "A lower bound holds for the messages that are there already: the oldest go at once, and trimming a long quorum queue has run brokers out of memory.",
    fix: "Let the queue empty below the new bound first.",
    invariants: [34],
    source: "https://github.com/rabbitmq/rabbitmq-server/issues/12608",
    check: (before, after) =>
        lowered(
            before,
            after,
            ["max-length", "max-length-bytes"],
            "what is above it is dropped or dead-lettered at once",
        ),
};
