import { describe, expect, it } from "vitest";
import { acceptedValuesOf } from "../../src/broker/acceptedValues.ts";
import type { SettableBy } from "../../src/broker/capability.ts";
import type { ArgumentValue, BrokerVersion } from "../../src/model/index.ts";

type Row = readonly [
    key: string,
    way: SettableBy,
    version: BrokerVersion,
    taken: readonly ArgumentValue[],
    refused: readonly ArgumentValue[],
];

// From the broker's source code, not from a running broker.
describe("acceptedValuesOf", () => {
    it.each<Row>([
        ["message-ttl", "argument", "4.0", [0, 315_360_000_000], [-1, 315_360_000_001, "1", 0.5]],
        ["message-ttl", "policy", "4.3", [0, 315_360_000_001], [-1, "1"]],
        ["expires", "operator policy", "4.3", [1], [0]],
        ["max-length-bytes", "argument", "4.3", [0, Number("9223372036854775807")], [-1, "1", null]],
        ["delivery-limit", "policy", "4.0", [-5, -1, 0], ["1", 1.5]],
        ["max-priority", "argument", "4.0", [0, 255], [256, true]],
        ["single-active-consumer", "argument", "4.0", [true, false], ["true", 1]],
        ["initial-cluster-size", "argument", "4.0", [1], [0]],
        ["initial-cluster-size", "policy", "4.0", [0], [-1]],
        ["stream-max-segment-size-bytes", "argument", "4.3", [0, 3e9], [3e9 + 1, "huge"]],
        ["stream-filter-size-bytes", "policy", "4.0", [16, 255], [15, 256]],
        ["queue-leader-locator", "argument", "4.0", ["min-masters"], ["anywhere"]],
        ["queue-leader-locator", "policy", "4.0", ["random"], ["min-masters"]],
        ["queue-master-locator", "operator policy", "4.0", ["min-masters"], ["anywhere"]],
        ["queue-version", "argument", "4.2", [1, 2], [0, 3, "2"]],
        ["queue-version", "argument", "4.3", [2], [1, 3]],
        ["queue-version", "policy", "4.3", [1, 2], [3]],
        ["queue-mode", "argument", "4.2", ["lazy", "default"], ["fast"]],
        ["queue-mode", "policy", "4.3", ["lazy"], ["fast"]],
        ["max-age", "policy", "4.0", ["7D", "05m"], ["0D", "7d", 7]],
        ["federation-upstream-set", "policy", "4.0", ["all"], [5]],
    ])("takes %s by %s on %s: %j, and refuses %j", (key, way, version, taken, refused) => {
        const demand = acceptedValuesOf(key, way, version);
        expect([...taken, ...refused].map((each) => demand?.accepts(each))).toEqual([
            ...taken.map(() => true),
            ...refused.map(() => false),
        ]);
    });

    it.each<readonly [key: string, way: SettableBy, version: BrokerVersion]>([
        ["queue-mode", "argument", "4.3"],
        ["queue-master-locator", "argument", "4.0"],
        ["x", "policy", "4.3"],
    ])("wants nothing of %s by %s on %s, which the broker stores as it is", (key, way, version) => {
        expect(acceptedValuesOf(key, way, version)).toBeUndefined();
    });
});
