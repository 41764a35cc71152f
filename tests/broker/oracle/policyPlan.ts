import {
    appliesTo,
    type BrokerVersion,
    type ExchangeType,
    exchange,
    type Policy,
    type PolicyDefinition,
    type QueueType,
    queue,
    queueTypes,
    type Topology,
} from "@spot-messaging/topology";
import fc from "fast-check";
import { exchangeSettings, queueSettings } from "../../../packages/topology/src/broker/capabilities.ts";
import { isIn } from "../../../packages/topology/src/broker/capability.ts";
import { settingValues } from "./settingValues.ts";

/** Queues and exchanges, and two sets of policies over them: those that are there first, and those that replace them. */
export interface PolicyPlan {
    readonly objects: Pick<Topology, "exchanges" | "queues">;
    readonly before: PolicySet;
    readonly after: PolicySet;
}

export type PolicySet = Pick<Topology, "operatorPolicies" | "policies">;

const v = "v";
const names = [
    "orders",
    "orders.dlq",
    "Orders",
    "a",
    "ab",
    "a.b",
    "a-b",
    "a|b",
    "b c",
    "ünïcode",
    "x+y",
    "123",
    "$",
];
const patterns = [
    "",
    ".*",
    "^a",
    "b$",
    "^a.b$",
    "^a\\.b$",
    "^(a|ab)$",
    "^(?:orders|a-b)$",
    "a|c",
    "[a-b]+$",
    "^[^.]*$",
    "(?i)^orders",
    "^orders(\\..*)?$",
    "^\\d+$",
    "^[[:alpha:]]+$",
    "\\+|\\|",
    "^$",
    "^\\$$",
    "^x\\+y$",
    "^.{1,2}$",
    "^(?!orders)",
    "\\w \\w",
    "^ünï",
    "^a*+b",
    "\\Aorders\\z",
];

/** Without keys of other versions; delayed-retry-type always has the minimum that it needs. */
function definition(
    version: BrokerVersion,
    way: "operator policy" | "policy",
): fc.Arbitrary<PolicyDefinition> {
    const usable = Object.entries(settingValues).filter(([key]) => {
        const capability = queueSettings[key] ?? exchangeSettings[key];
        return capability !== undefined && isIn(capability, version) && capability.settableBy.includes(way);
    });
    const entry = fc
        .constantFrom(...usable)
        .chain(([key, known]) => fc.constantFrom(...known).map((value) => [key, value] as const));
    return fc
        .tuple(fc.array(entry, { minLength: 1, maxLength: 4 }), fc.constantFrom("all", "failed", "disabled"))
        .map(([entries, retry]) => {
            const drafted: PolicyDefinition = Object.fromEntries(entries);
            return "delayed-retry-min" in drafted ? { ...drafted, "delayed-retry-type": retry } : drafted;
        });
}

function policies(version: BrokerVersion, way: "operator policy" | "policy"): fc.Arbitrary<Policy[]> {
    const draft = fc.record({
        pattern: fc.constantFrom(...patterns),
        applyTo: fc.constantFrom(...appliesTo),
        precedence: fc.constantFrom(-1, 0, 0, 3),
        definition: definition(version, way),
    });
    return fc
        .array(draft, { maxLength: 8, size: "max" })
        .map((drafts) => drafts.map((each, index) => ({ vhost: v, name: `${way} ${index}`, ...each })));
}

function policySet(version: BrokerVersion): fc.Arbitrary<PolicySet> {
    return fc.record({
        policies: policies(version, "policy"),
        operatorPolicies: policies(version, "operator policy"),
    });
}

/** Overlapping patterns of equal and different precedence, every apply-to, keys that not every queue type has, operator policies above them. */
export function policyPlan(version: BrokerVersion): fc.Arbitrary<PolicyPlan> {
    const type = fc.constantFrom<QueueType>(...queueTypes);
    const exchangeType = fc.constantFrom<ExchangeType>("direct", "fanout", "topic", "headers");
    const some = fc.subarray(names, { minLength: 8 });
    const queues = some.chain((chosen) =>
        fc.tuple(...chosen.map((name) => type.map((each) => queue(v, name, each)))),
    );
    const exchanges = some.chain((chosen) =>
        fc.tuple(...chosen.map((name) => exchangeType.map((each) => exchange(v, name, each)))),
    );
    return fc.record({
        objects: fc.record({ queues, exchanges }),
        before: policySet(version),
        after: policySet(version),
    });
}
