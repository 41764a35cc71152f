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
    reason: "A key that no broker knows: a policy with it is refused, an argument with it is accepted and does nothing.",
    fix: "Correct the key.",
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, settingUses: statements, foreign, version }) => [
        ...statements
            .filter(
                ({ way, key, capability }) =>
                    capability === undefined && (way === "argument" || !(key in exchangeSettings)),
            )
            .filter(({ written }) => written !== "x-queue-type")
            .flatMap((statement) => {
                const problem =
                    statement.way === "argument"
                        ? ofArgument(statement)
                        : mirroringKeys.has(statement.written)
                          ? ofMirroring(statement, version)
                          : ofPolicy(statement, foreign);
                return statement.places().map((place) => ({ place, ...problem }));
            }),
        ...topology.exchanges
            .filter(({ type }) => !type.startsWith("x-"))
            .flatMap((exchange) =>
                Object.keys(exchange.arguments)
                    .filter((key) => key !== alternate)
                    .map((key) => ({
                        ...(suggestName(key, [alternate], "") === "" && { severity: "note" as const }),
                        place: exchangePlace(exchange),
                        message: `has the argument "${key}", which the broker accepts and ignores`,
                        fix: suggestName(key, [alternate], "remove the argument"),
                    })),
            ),
    ],
};

type Unplaced = Omit<Problem, "place">;

/** Clients give queues arguments of their own, which is harmless; one that nearly is the broker's was meant to be it. */
function ofArgument({ written }: SettingUse): Unplaced {
    return {
        ...(suggestName(written, queueArguments, "") === "" && { severity: "note" }),
        message: `has the argument "${written}", which the broker accepts and ignores`,
        fix: suggestName(written, queueArguments, "remove the argument"),
    };
}

/** An older broker, or one that was upgraded, exports what an import into this version fails at. */
function ofMirroring({ way, written }: SettingUse, version: BrokerVersion): Unplaced {
    return {
        message: `sets "${written}", for which RabbitMQ ${version} refuses the ${way}, since it mirrors no classic queues`,
        fix: "remove the key, and make what must outlive its node a quorum queue",
    };
}

/** A broker that exports any other key has accepted it: it is a plugin's. */
function ofPolicy({ way, written }: SettingUse, foreign: boolean): Unplaced {
    return {
        ...(foreign && { severity: "note" }),
        message: `sets "${written}", which no ${way} has`,
        fix: suggestName(written, policyKeys, "remove the key"),
    };
}

const alternate = "alternate-exchange";
const policyKeys = [...Object.keys(queueSettings), ...Object.keys(exchangeSettings)];
const queueArguments = Object.keys(queueSettings).flatMap((key) => argumentOfSetting("queue", key) ?? []);
