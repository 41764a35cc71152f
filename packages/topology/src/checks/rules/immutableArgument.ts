import { isIn } from "../../broker/capability.ts";
import type { CheckRule } from "../rule.ts";

export const immutableArgument: CheckRule = {
    id: "immutableArgument",
    severity: "warning",
    reason: "Arguments are immutable: to change one the queue is deleted and made again, and its messages are gone. A policy changes the same setting in place.",
    fix: "Set it by policy.",
    invariants: ["changeableByPolicy"],
    source: "https://www.rabbitmq.com/docs/policies#why-policies-exist",
    check: ({ settingUses: statements, foreign, version }) =>
        statements
            .filter(
                ({ way, capability }) =>
                    way === "argument" &&
                    capability?.settableBy.includes("policy") === true &&
                    isIn(capability, version),
            )
            .flatMap(({ places, written, key }) =>
                places().map((place) => ({
                    ...(foreign && { severity: "note" as const }),
                    place,
                    message: `sets "${written}" by argument, which only a new queue can change`,
                    fix: `set "${key}" by policy`,
                })),
            ),
};
