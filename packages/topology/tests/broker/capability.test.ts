import { describe, expect, it } from "vitest";
import { capabilities } from "../../src/broker/capabilities.ts";
import { type Absence, absenceOf, isIn, queueTypesIn, type SettableBy } from "../../src/broker/capability.ts";
import type { BrokerVersion, QueueType } from "../../src/model/index.ts";

// tests/broker/oracle.test.ts asks real brokers the same of every setting.
describe("absenceOf", () => {
    it.each<[keyof typeof capabilities, SettableBy, QueueType, BrokerVersion, Absence | undefined]>([
        ["message-ttl", "policy", "quorum", "4.3", undefined],
        ["message-ttl", "operator policy", "classic", "4.0", undefined],
        ["message-ttl", "policy", "stream", "4.3", "policy dropped whole"],
        ["message-ttl", "argument", "stream", "4.3", "refused"],
        ["delivery-limit", "policy", "classic", "4.3", "policy dropped whole"],
        ["delivery-limit", "argument", "classic", "4.3", "refused"],
        ["dead-letter-exchange", "operator policy", "classic", "4.3", "refused"],
        ["delayed-retry-type", "policy", "quorum", "4.2", "refused"],
        ["delayed-retry-type", "argument", "quorum", "4.2", "ignored"],
        ["delayed-retry-type", "policy", "classic", "4.3", "ignored"],
        ["consumer-timeout", "policy", "classic", "4.2", undefined],
        ["consumer-timeout", "policy", "classic", "4.3", "ignored"],
        ["consumer-timeout", "argument", "classic", "4.3", "refused"],
        ["max-priority", "policy", "classic", "4.3", "refused"],
        ["max-priority", "argument", "quorum", "4.3", "refused"],
        ["max-in-memory-length", "argument", "quorum", "4.3", "ignored"],
        ["max-in-memory-length", "argument", "classic", "4.3", "refused"],
        ["target-group-size", "argument", "stream", "4.3", "ignored"],
        ["stream-filter-size-bytes", "argument", "classic", "4.0", "ignored"],
        ["stream-filter-size-bytes", "argument", "classic", "4.3", "refused"],
        ["queue-mode", "argument", "classic", "4.3", "ignored"],
        ["queue-mode", "policy", "quorum", "4.3", "policy dropped whole"],
        ["queue-master-locator", "argument", "classic", "4.2", undefined],
        ["queue-master-locator", "argument", "classic", "4.3", "refused"],
    ])("%s by %s on a %s queue of %s: %s", (key, way, type, version, expected) => {
        expect(absenceOf(capabilities[key], way, type, version)).toBe(expected);
    });
});

describe("queueTypesIn", () => {
    it("follows a setting that lost queue types", () => {
        const timeout = capabilities["consumer-timeout"];
        expect(queueTypesIn(timeout, "4.2")).toEqual(["classic", "quorum", "stream"]);
        expect(queueTypesIn(timeout, "4.3")).toEqual(["quorum"]);
    });

    it("is empty where the version lacks the setting", () => {
        expect(queueTypesIn(capabilities["delayed-retry-min"], "4.2")).toEqual([]);
    });
});

describe("isIn", () => {
    it.each([
        ["4.0", true],
        ["4.2", true],
        ["4.3", false],
    ] as const)("transient queues are permitted on %s: %s", (version, expected) => {
        expect(isIn(capabilities["transient queues"], version)).toBe(expected);
    });
});
