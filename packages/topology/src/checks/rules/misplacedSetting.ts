import { exchangeSettings } from "../../broker/capabilities.ts";
import type { CheckRule } from "../rule.ts";

export const misplacedSetting: CheckRule = {
    id: "misplacedSetting",
    severity: "error",
    reason: "A setting is given where the broker does not take it: a policy with it is refused, an argument with it does nothing.",
    fix: "Give the setting by policy, operator policy or argument, whichever the broker takes it by.",
    invariants: ["supportedSettings", "operatorLimits"],
    source: "https://www.rabbitmq.com/docs/policies#operator-policies",
    check: ({ settingUses: statements }) =>
        statements.flatMap((statement) => {
            const { places, way, written } = statement;
            const capability =
                way === "argument"
                    ? statement.capability
                    : (statement.capability ?? exchangeSettings[written]);
            return capability === undefined || capability.settableBy.includes(way)
                ? []
                : places().map((place) => ({
                      ...(way === "argument" && { severity: "warning" as const }),
                      place,
                      message: `sets "${written}", which no ${way} can`,
                      fix: `give it by ${capability.settableBy.join(" or ")}`,
                  }));
        }),
};
