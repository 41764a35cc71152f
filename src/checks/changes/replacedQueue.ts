import { changedKeys, inBoth } from "../pairs.js";
import { queuePlace, quoted } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const replacedQueue: ChangeRule = {
    id: "replacedQueue",
    severity: "error",
    reason: "Type, durability and arguments of a queue are immutable: the queue is deleted and made again, and every message in it is gone.",
    fix: "Declare a queue of another name beside it and move the messages, or set what changes by policy.",
    invariants: [1],
    source: "https://www.rabbitmq.com/docs/queues#property-equivalence",
    check: (before, after) =>
        inBoth(before.topology.queues, after.queueNamed).flatMap(({ was, is }) => {
            const changed = [
                ...(["type", "durable", "autoDelete"] as const).filter((field) => was[field] !== is[field]),
                ...changedKeys(was.arguments, is.arguments),
            ];
            return changed.length === 0
                ? []
                : [
                      {
                          place: queuePlace(is),
                          message: `changes ${quoted(changed)}, so it is deleted and made again, and its messages are lost`,
                          fix: "declare a queue of another name beside it and move the messages",
                      },
                  ];
        }),
};
