import { changedKeys, inBoth } from "../pairs.js";
import { exchangePlace, quoted } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const replacedExchange: ChangeRule = {
    id: "replacedExchange",
    severity: "error",
    reason: "An exchange is immutable: it is deleted and made again, its bindings go with it, and what is published until they are back is dropped.",
    fix: "Declare an exchange of another name beside it, bind both, move the publishers, then remove the old one.",
    invariants: [1],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: (before, after) =>
        inBoth(before.topology.exchanges, after.exchangeNamed).flatMap(({ was, is }) => {
            const changed = [
                ...(["type", "durable", "autoDelete", "internal"] as const).filter(
                    (field) => was[field] !== is[field],
                ),
                ...changedKeys(was.arguments, is.arguments),
            ];
            return changed.length === 0
                ? []
                : [
                      {
                          place: exchangePlace(is),
                          message: `changes ${quoted(changed)}, so it is deleted and made again with a gap without its ${before.bindingsFrom(was).length} bindings`,
                          fix: "declare an exchange of another name beside it and move the publishers",
                      },
                  ];
        }),
};
