import { type Capability, isIn } from "../../broker/capability.ts";
import { groupBy } from "../../lookup/groups.ts";
import { isAtLeast, type KnownVersion } from "../../model/index.ts";
import { quoted } from "../../text/names.ts";
import type { CheckRule } from "../rule.ts";

export const unavailableSetting: CheckRule = {
    id: "unavailableSetting",
    severity: "error",
    reason: "The broker's version does not support the setting yet, or no longer supports it: the broker refuses or ignores it.",
    fix: "Remove the setting, or use another version.",
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/release-information",
    check: ({ settingUses, version }) => {
        const found = settingUses.flatMap(({ places, way, key, capability }) => {
            if (capability === undefined || isIn(capability, version)) {
                return [];
            }
            const absence = capability.absence ?? (way === "argument" ? "ignored" : "refused");
            return places().map((place) => ({ place, key, capability, isRefused: absence === "refused" }));
        });
        // The keys of one policy that belong together, such as those of mirroring, are one problem.
        const together = groupBy(found, ({ place, capability, isRefused }) =>
            JSON.stringify([place, capability.since, capability.until, capability.replacement, isRefused]),
        );
        return [...together.values()].flatMap((group) => {
            const [first] = group;
            if (first === undefined) {
                return [];
            }
            const { place, capability, isRefused } = first;
            const keys = [...new Set(group.map(({ key }) => key))];
            const them = keys.length > 1 ? "them" : "it";
            const what = keys.length > 1 ? "the settings" : "the setting";
            return [
                {
                    ...(!isRefused && { severity: "warning" as const }),
                    place,
                    message: `${quoted(keys)} ${problemOf(capability, version, keys.length > 1)}, so RabbitMQ ${version} ${isRefused ? "refuses" : "ignores"} ${them}`,
                    fix: `remove ${what}, or ${capability.replacement ?? "use another version of the broker"}`,
                },
            ];
        });
    },
};

function problemOf({ since }: Capability, version: KnownVersion, areSeveral: boolean): string {
    return isAtLeast(version, since)
        ? `${areSeveral ? "are" : "is"} no longer supported`
        : `${areSeveral ? "need" : "needs"} RabbitMQ ${since} or later`;
}
