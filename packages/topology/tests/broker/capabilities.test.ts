import { describe, expect, it } from "vitest";
import { queueSettings } from "../../src/broker/capabilities.ts";
import { isIn } from "../../src/broker/capability.ts";
import { featuresOf } from "../../src/broker/features.ts";
import { knownVersions } from "../../src/model/index.ts";

describe("featuresOf", () => {
    it.each([
        ["4.0", false],
        ["4.1", false],
        ["4.2", false],
        ["4.3", true],
    ] as const)("lets %s delay retries and bound consumers by policy: %s", (version, newer) => {
        expect(featuresOf(version)).toEqual({
            delayedRetry: newer,
            countsOnlyFailures: newer,
            consumerTimeout: newer,
            priorities: { normal: 4, urgent: 8 },
        });
    });
});

describe("queueSettings", () => {
    it.each(Object.entries(queueSettings))(
        "%s names queue types, a way to set it and a source",
        (_, setting) => {
            expect(setting.queueTypes.length > 0 || setting.summary.startsWith("Without effect")).toBe(true);
            expect(setting.settableBy.length).toBeGreaterThan(0);
            expect(["www.rabbitmq.com", "github.com"]).toContain(new URL(setting.source).host);
        },
    );

    it.each(Object.entries(queueSettings))("%s exists in at least one known version", (_, setting) => {
        expect(knownVersions.filter((version) => isIn(setting, version))).not.toEqual([]);
    });
});
