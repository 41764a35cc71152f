import { exchangeSettings, queueSettings } from "../../broker/capabilities.ts";
import { isIn, queueTypesIn } from "../../broker/capability.ts";
import { memoize } from "../../lookup/memoize.ts";
import type { KnownVersion } from "../../model/index.ts";
import { argumentOfSetting } from "../../settings/settingTable.ts";
import { suggestName } from "../../text/names.ts";
import { exchangePlace } from "../../text/place.ts";
import type { SettingUse } from "../../view/settingUses.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const unknownSetting: CheckRule = {
    id: "unknownSetting",
    severity: "error",
    reason: "No supported RabbitMQ version knows the key: the broker refuses a policy with it, and accepts but ignores an argument.",
    fix: "Correct the key.",
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, settingUses, isExport, version }) => [
        ...settingUses
            .filter(
                ({ way, key, capability }) =>
                    capability === undefined && (way === "argument" || !(key in exchangeSettings)),
            )
            .filter(({ written }) => written !== "x-queue-type")
            .flatMap((use) => {
                const problem =
                    use.way === "argument"
                        ? argumentProblem(use, version)
                        : policyProblem(use, isExport, version);
                return use.places().map((place) => ({ place, ...problem }));
            }),
        ...topology.exchanges
            .filter(({ type }) => !type.startsWith("x-"))
            .flatMap((exchange) =>
                Object.keys(exchange.arguments)
                    .filter((key) => key !== alternate && key !== superStream)
                    .map((key) => ({
                        ...(suggestName(key, [alternate], "") === "" && { severity: "note" as const }),
                        place: exchangePlace(exchange),
                        message: `has the argument "${key}", which the broker accepts and ignores`,
                        fix: suggestName(key, [alternate], "remove the argument"),
                    })),
            ),
    ],
};

type ProblemWithoutPlace = Omit<Problem, "place">;

/** Clients may add their own arguments, which is harmless. An argument that is similar to one of the broker's is a misspelling. */
function argumentProblem({ written }: SettingUse, version: KnownVersion): ProblemWithoutPlace {
    const similar = suggestName(written, queueArgumentsIn(version), "");
    return {
        ...(similar === "" && { severity: "note" }),
        message: `has the argument "${written}", which the broker accepts and ignores`,
        fix: similar === "" ? "remove the argument" : similar,
    };
}

/** A broker that exports an unknown key has accepted it: a plugin defines it. */
function policyProblem(
    { way, written }: SettingUse,
    isExport: boolean,
    version: KnownVersion,
): ProblemWithoutPlace {
    return {
        ...(isExport && { severity: "note" }),
        message: `sets "${written}", which is not a known ${way} key`,
        fix: suggestName(written, policyKeysIn(version), "remove the key"),
    };
}

const alternate = "alternate-exchange";
/** The stream plugin marks the exchange of a super stream with it. */
const superStream = "x-super-stream";
function policyKeysIn(version: KnownVersion): readonly string[] {
    return Object.entries({ ...queueSettings, ...exchangeSettings }).flatMap(([key, capability]) =>
        isIn(capability, version) ? [key] : [],
    );
}

/** The arguments that have an effect in a version: no other can be meant. */
const queueArgumentsIn = memoize((version: KnownVersion): readonly string[] =>
    Object.entries(queueSettings).flatMap(([key, capability]) =>
        queueTypesIn(capability, version).length > 0 ? (argumentOfSetting("queue", key) ?? []) : [],
    ),
);
