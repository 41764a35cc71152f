import { type Capability, isIn } from "../../broker/capability.ts";
import { type BrokerVersion, isAtLeast } from "../../model/index.ts";
import type { CheckRule } from "../rule.ts";

export const unavailableSetting: CheckRule = {
    id: "unavailableSetting",
    severity: "error",
    reason: "The broker's version does not support the setting yet, or no longer supports it: the broker refuses or ignores it.",
    fix: "Remove the setting, or use another version.",
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/release-information",
    check: ({ settingUses, version }) =>
        settingUses.flatMap(({ places, way, key, capability }) => {
            if (capability === undefined || isIn(capability, version)) {
                return [];
            }
            const absence = capability.absence ?? (way === "argument" ? "ignored" : "refused");
            return places().map((place) => ({
                ...(absence !== "refused" && { severity: "warning" as const }),
                place,
                message: `"${key}" ${problemOf(capability, version)}, so RabbitMQ ${version} ${absence === "refused" ? "refuses" : "ignores"} it`,
                fix: "remove the setting, or use another version of the broker",
            }));
        }),
};

function problemOf({ since }: Capability, version: BrokerVersion): string {
    return isAtLeast(version, since) ? "is no longer supported" : `needs RabbitMQ ${since} or later`;
}
