import { exchangeSettings, queueSettings } from "../../broker/capabilities.ts";
import type { BrokerVersion } from "../../model/index.ts";
import { mirroringKeys } from "../../settings/mirroringKeys.ts";
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
                        ? argumentProblem(use)
                        : mirroringKeys.has(use.written)
                          ? mirroringProblem(use, version)
                          : policyProblem(use, isExport);
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
function argumentProblem({ written }: SettingUse): ProblemWithoutPlace {
    return {
        ...(suggestName(written, queueArguments, "") === "" && { severity: "note" }),
        message: `has the argument "${written}", which the broker accepts and ignores`,
        fix: suggestName(written, queueArguments, "remove the argument"),
    };
}

/** An older or upgraded broker exports these keys, and an import into this version fails. */
function mirroringProblem({ way, written }: SettingUse, version: BrokerVersion): ProblemWithoutPlace {
    return {
        message: `sets "${written}", but RabbitMQ ${version} has no mirrored classic queues and refuses the ${way}`,
        fix: "remove the key, and use quorum queues for messages that must survive a failed node",
    };
}

/** A broker that exports an unknown key has accepted it: a plugin defines it. */
function policyProblem({ way, written }: SettingUse, isExport: boolean): ProblemWithoutPlace {
    return {
        ...(isExport && { severity: "note" }),
        message: `sets "${written}", which is not a known ${way} key`,
        fix: suggestName(written, policyKeys, "remove the key"),
    };
}

const alternate = "alternate-exchange";
/** The stream plugin marks the exchange of a super stream with it. */
const superStream = "x-super-stream";
const policyKeys = [...Object.keys(queueSettings), ...Object.keys(exchangeSettings)];
const queueArguments = Object.keys(queueSettings).flatMap((key) => argumentOfSetting("queue", key) ?? []);
