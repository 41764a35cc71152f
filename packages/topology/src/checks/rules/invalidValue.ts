import { checkedArguments, sizesCheckedLate } from "../../broker/checkedArguments.ts";
import { demandOf } from "../../broker/demands.ts";
import { type ArgumentValue, valueText } from "../../model/index.ts";
import { settingOfArgument } from "../../settings/settingTable.ts";
import { exchangePlace } from "../../text/place.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const invalidValue: CheckRule = {
    id: "invalidValue",
    severity: "error",
    reason: "A setting has a value of the wrong type or out of range: the broker refuses the queue, the exchange or the policy.",
    fix: "Give a value that the broker takes.",
    invariants: ["sufficientTtl", "supportedSettings", "supportedPriorities"],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ topology, settingUses: statements, version }) => [
        ...statements.flatMap(({ places, way, key, value }) => {
            const wanted = demandOf(key, way, version);
            if (wanted === undefined || wanted.accepts(value)) {
                return [];
            }
            const isUnseen =
                way === "argument" && !checkedArguments(version).has(key) && !sizesCheckedLate.has(key);
            return places().map((place) =>
                isUnseen
                    ? unseenProblem(place, key, value, wanted.what)
                    : problem(place, key, value, wanted.what),
            );
        }),
        ...topology.exchanges.flatMap((exchange) =>
            Object.entries(exchange.arguments).flatMap(([written, value]) => {
                const key = settingOfArgument("exchange", written);
                const wanted = key === undefined ? undefined : demandOf(key, "argument", version);
                return wanted === undefined || wanted.accepts(value)
                    ? []
                    : [problem(exchangePlace(exchange), written, value, wanted.what)];
            }),
        ),
    ],
};

/** The broker looks at the values of most arguments when it declares a queue; it stores the others as they are. */
function unseenProblem(place: string, key: string, value: ArgumentValue, wanted: string): Problem {
    return {
        severity: "warning",
        place,
        message: `"${key}" is ${valueText(value)}, which the broker stores without a check and cannot use`,
        fix: `give ${wanted}`,
    };
}

function problem(place: string, key: string, value: ArgumentValue, wanted: string): Problem {
    return {
        place,
        message: `"${key}" is ${valueText(value)}, which the broker refuses`,
        // Not in the message: of two versions that refuse a value, each may want another.
        fix: `give ${wanted}`,
    };
}
