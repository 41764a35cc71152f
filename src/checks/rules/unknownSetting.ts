import { exchangeSettings, queueSettings } from "../../broker/capabilities.js";
import { argumentOfSetting } from "../../broker/settingTable.js";
import { exchangePlace, meant } from "../place.js";
import type { Rule } from "../rule.js";

export const unknownSetting: Rule = {
    id: "unknownSetting",
    severity: "error",
    reason: "A key that no broker knows: a policy with it is refused, an argument with it is accepted and does nothing.",
    fix: "Correct the key.",
    invariants: [21],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, statements, foreign }) => [
        ...statements
            .filter(
                ({ way, key, capability }) =>
                    capability === undefined && (way === "argument" || !(key in exchangeSettings)),
            )
            .filter(({ written }) => written !== "x-queue-type")
            .flatMap(({ places, way, written }) =>
                places().map((place) =>
                    way === "argument"
                        ? {
                              // Clients give queues arguments of their own, which is harmless; one that nearly is the broker's was meant to be it.
                              ...(meant(written, queueArguments, "") === "" && { severity: "note" as const }),
                              place,
                              message: `has the argument "${written}", which the broker accepts and ignores`,
                              fix: meant(written, queueArguments, "remove the argument"),
                          }
                        : {
                              // A broker that exports the key has accepted it: it is a plugin's.
                              ...(foreign && { severity: "note" as const }),
                              place,
                              message: `sets "${written}", which no ${way} has`,
                              fix: meant(written, policyKeys, "remove the key"),
                          },
                ),
            ),
        ...topology.exchanges
            .filter(({ type }) => !type.startsWith("x-"))
            .flatMap((exchange) =>
                Object.keys(exchange.arguments)
                    .filter((key) => key !== alternate)
                    .map((key) => ({
                        ...(meant(key, [alternate], "") === "" && { severity: "note" as const }),
                        place: exchangePlace(exchange),
                        message: `has the argument "${key}", which the broker accepts and ignores`,
                        fix: meant(key, [alternate], "remove the argument"),
                    })),
            ),
    ],
};

const alternate = "alternate-exchange";
const policyKeys = [...Object.keys(queueSettings), ...Object.keys(exchangeSettings)];
const queueArguments = Object.keys(queueSettings).flatMap((key) => argumentOfSetting("queue", key) ?? []);
