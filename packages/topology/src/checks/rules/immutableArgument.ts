import { asOf, isIn } from "../../broker/capability.ts";
import type { CheckRule } from "../rule.ts";

export const immutableArgument: CheckRule = {
    id: "immutableArgument",
    severity: "warning",
    reason: "Arguments are immutable: to change one, the queue must be deleted and declared again, and its messages are lost. A policy changes the same setting in place.",
    fix: "Set it by policy.",
    invariants: ["changeableByPolicy"],
    source: "https://www.rabbitmq.com/docs/policies#why-policies-exist",
    check: ({ settingUses, isExport, version }) =>
        settingUses
            .filter(
                ({ way, capability }) =>
                    way === "argument" &&
                    capability !== undefined &&
                    asOf(capability, version).settableBy.includes("policy") &&
                    isIn(capability, version),
            )
            .flatMap(({ places, written, key }) =>
                places().map((place) => ({
                    ...(isExport && { severity: "note" as const }),
                    place,
                    message: `sets "${written}" by argument, which cannot change unless the queue is replaced`,
                    fix: `set "${key}" by policy`,
                })),
            ),
};
