import { placeOf, quoted } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const removedPolicy: ChangeRule = {
    id: "removedPolicy",
    severity: "error",
    reason: "A policy is deleted, and what it set for queues and exchanges that stay ends at once: bounds, dead letters, alternate exchanges.",
    fix: "Keep the policy, or let another one set the same keys first.",
    invariants: [34],
    source: "https://www.rabbitmq.com/docs/policies",
    check: (before, after) => {
        const keyOf = ({ vhost, name }: { readonly vhost: string; readonly name: string }): string =>
            JSON.stringify([vhost, name]);
        const kept = new Set(after.topology.policies.map(keyOf));
        return before.topology.policies
            .filter((policy) => !kept.has(keyOf(policy)))
            .flatMap((policy) => {
                const lost = before
                    .matched(policy)
                    .filter((object) => before.effective(object).policy === policy)
                    .flatMap((was) => {
                        const is =
                            "retain" in was
                                ? after.queueNamed(was.vhost, was.name)
                                : after.exchangeNamed(was.vhost, was.name);
                        const settings = is === undefined ? undefined : after.effective(is).settings;
                        const keys = Object.keys(policy.definition).filter(
                            (key) => (settings?.get(key)?.origin ?? "default") === "default",
                        );
                        return settings === undefined || keys.length === 0 ? [] : [{ name: was.name, keys }];
                    });
                return lost.length === 0
                    ? []
                    : [
                          {
                              place: placeOf(policy.vhost, "policy", policy.name),
                              message: `is deleted, which takes ${quoted([...new Set(lost.flatMap(({ keys }) => keys))].sort(), 12)} from ${quoted(lost.map(({ name }) => name))}`,
                              fix: "keep the policy, or let another one set the same keys first",
                          },
                      ];
            });
    },
};
