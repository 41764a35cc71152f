import { absenceOf, asOf, isIn, queueTypesIn } from "../../broker/capability.ts";
import { queueTypeNoun } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const inapplicableArgument: CheckRule = {
    id: "inapplicableArgument",
    severity: "error",
    reason: "A queue has an argument that its type does not support: the broker refuses the declaration, or stores the argument and ignores it.",
    fix: "Remove the argument, or use a queue type that supports it.",
    invariants: ["supportedSettings", "supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#feature-matrix",
    check: ({ settingUses, version }) =>
        settingUses.flatMap(({ way, written, capability, queues }) => {
            if (
                capability === undefined ||
                !asOf(capability, version).settableBy.includes(way) ||
                !isIn(capability, version)
            ) {
                return [];
            }
            const types = queueTypesIn(capability, version);
            return queues.flatMap((queue) => {
                const absence = absenceOf(capability, way, queue.type, version);
                return absence === undefined
                    ? []
                    : [
                          {
                              ...(absence !== "refused" && { severity: "warning" as const }),
                              place: queuePlace(queue),
                              message: `has the argument "${written}", which ${absence === "refused" ? "the broker refuses for" : "has no effect on"} a ${queueTypeNoun(queue.type)}`,
                              fix:
                                  types.length === 0
                                      ? "remove the argument"
                                      : `remove the argument, or make it a ${types.map(queueTypeNoun).join(" or ")}`,
                          },
                      ];
            });
        }),
};
