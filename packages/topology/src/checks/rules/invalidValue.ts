import { acceptedValuesOf } from "../../broker/acceptedValues.ts";
import { checkedArguments, sizesCheckedLate } from "../../broker/checkedArguments.ts";
import { type ArgumentValue, valueText } from "../../model/index.ts";
import { settingOfArgument } from "../../settings/settingTable.ts";
import { exchangePlace } from "../../text/place.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const invalidValue: CheckRule = {
    id: "invalidValue",
    severity: "error",
    reason: "A setting has a value of the wrong type or out of range: the broker refuses the queue, the exchange or the policy.",
    fix: "Set a value that the broker accepts.",
    invariants: ["sufficientTtl", "supportedSettings", "supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, settingUses, version }) => [
        ...settingUses.flatMap(({ places, way, key, value }) => {
            const accepted = acceptedValuesOf(key, way, version);
            if (accepted === undefined || accepted.accepts(value)) {
                return [];
            }
            const isStoredUnchecked =
                way === "argument" && !checkedArguments(version).has(key) && !sizesCheckedLate.has(key);
            return places().map((place) =>
                isStoredUnchecked
                    ? unchecked(place, key, value, accepted.description)
                    : problem(place, key, value, accepted.description),
            );
        }),
        ...topology.exchanges.flatMap((exchange) =>
            Object.entries(exchange.arguments).flatMap(([written, value]) => {
                const key = settingOfArgument("exchange", written);
                const accepted = key === undefined ? undefined : acceptedValuesOf(key, "argument", version);
                return accepted === undefined || accepted.accepts(value)
                    ? []
                    : [problem(exchangePlace(exchange), written, value, accepted.description)];
            }),
        ),
    ],
};

/** The broker checks the values of most arguments when it declares a queue, and stores the others as they are. */
function unchecked(place: string, key: string, value: ArgumentValue, description: string): Problem {
    return {
        severity: "warning",
        place,
        message: `"${key}" is ${valueText(value)}, which the broker stores unchecked and cannot use`,
        fix: `set ${description}`,
    };
}

function problem(place: string, key: string, value: ArgumentValue, description: string): Problem {
    return {
        place,
        message: `"${key}" is ${valueText(value)}, which the broker refuses`,
        // Not in the message: two versions that refuse a value may accept different ones.
        fix: `set ${description}`,
    };
}
