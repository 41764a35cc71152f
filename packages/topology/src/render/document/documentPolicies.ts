import type { Policy, Topology } from "../../model/index.ts";
import { age, byteSize, counted, formatCount, milliseconds, shownValue } from "../../text/units.ts";
import { code, folded, table } from "../markdown.ts";
import { nameIn } from "./naming.ts";

/** The policies behind the settings above, to compare with those of a broker. */
export function policyParts(topology: Topology): readonly string[] {
    const { policies, operatorPolicies } = topology;
    const parts = [
        ...folded(counted(policies.length, "policy", "policies"), tableOf(topology, policies)),
        ...folded(
            counted(operatorPolicies.length, "operator policy", "operator policies"),
            tableOf(topology, operatorPolicies),
        ),
    ];
    return parts.length === 0 ? ["None.", ""] : parts;
}

function tableOf(topology: Topology, policies: readonly Policy[]): readonly string[] {
    return table(
        ["policy", "pattern", "applies to", "priority", "definition"],
        policies.map((each) => [
            code(nameIn(topology, each)),
            code(each.pattern),
            each.applyTo.replaceAll("_", " "),
            formatCount(each.precedence),
            Object.entries(each.definition)
                .map(([key, value]) => `${code(key)} ${inUnit(key, value)}`)
                .join("<br>"),
        ]),
    );
}

const units: ReadonlyMap<string, (value: Policy["definition"][string]) => string> = new Map(
    Object.entries({
        "message-ttl": milliseconds,
        expires: milliseconds,
        "consumer-timeout": milliseconds,
        "delayed-retry-min": milliseconds,
        "delayed-retry-max": milliseconds,
        "max-length-bytes": byteSize,
        "stream-max-segment-size-bytes": byteSize,
        "max-age": age,
    }),
);

function inUnit(key: string, value: Policy["definition"][string]): string {
    const words = units.get(key);
    if (words !== undefined) {
        return words(value);
    }
    return typeof value === "number" ? formatCount(value) : code(shownValue(value));
}
