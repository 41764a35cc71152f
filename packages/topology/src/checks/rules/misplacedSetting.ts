import { exchangeSettings } from "../../broker/capabilities.ts";
import { asOf } from "../../broker/capability.ts";
import type { CheckRule } from "../rule.ts";

export const misplacedSetting: CheckRule = {
    id: "misplacedSetting",
    severity: "error",
    reason: "A setting is in a place where the broker does not accept it: the broker refuses the policy, or ignores the argument.",
    fix: "Set it by policy, operator policy or argument, as the broker accepts it.",
    invariants: ["supportedSettings", "operatorLimits"],
    source: "https://www.rabbitmq.com/docs/policies#operator-policies",
    check: ({ settingUses, version }) =>
        settingUses.flatMap((use) => {
            const { places, way, written } = use;
            const known = way === "argument" ? use.capability : (use.capability ?? exchangeSettings[written]);
            const capability = known === undefined ? undefined : asOf(known, version);
            return capability === undefined || capability.settableBy.includes(way)
                ? []
                : places().map((place) => ({
                      ...(way === "argument" && { severity: "warning" as const }),
                      place,
                      message: `sets "${written}", which cannot be set by ${way}`,
                      fix: `set it by ${capability.settableBy.join(" or ")}`,
                  }));
        }),
};
