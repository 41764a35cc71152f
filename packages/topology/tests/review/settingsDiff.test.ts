import { describe, expect, it } from "vitest";
import { settingsDiff } from "../../src/review/compare/settings/settingsDiff.ts";
import { settingText } from "../../src/review/compare/settings/settingText.ts";
import { define } from "../checks/edits.ts";
import {
    configured,
    declaredExchange,
    policyOf,
    spot,
    withOperatorPolicy,
    withoutAlternate,
    withPolicies,
} from "./edits.ts";

describe("the settings that change", () => {
    it("are reported in units, with their source", () => {
        const after = define("queue.notifications.status", (all) => ({
            ...all,
            "message-ttl": 1_800_000,
        }))(spot);
        expect(settingsDiff(spot, after)).toEqual([
            {
                vhost: "spot",
                kind: "queue",
                name: "notifications.status",
                key: "message-ttl",
                before: 60_000,
                after: 1_800_000,
                source: 'policy "queue.notifications.status"',
                text: "TTL 1 minute -> 30 minutes",
            },
        ]);
    });

    it("are those that really hold: an operator's cap counts, a shadowed policy does not", () => {
        const capped = withOperatorPolicy(
            policyOf("cap", { "max-length": 10 }, { pattern: "^result-processor$" }),
        )(spot);
        expect(settingsDiff(spot, capped).map(({ text, source }) => ({ text, source }))).toEqual([
            { text: "length limit 50000 -> 10", source: 'operator policy "cap"' },
        ]);
        const renamed = withPolicies((each) => ({
            ...each,
            name: `${each.name}.v2`,
            precedence: each.precedence + 1,
        }))(spot);
        expect(settingsDiff(spot, renamed)).toEqual([]);
    });

    it("include those of exchanges", () => {
        const after = declaredExchange("spot.admin", withoutAlternate);
        expect(settingsDiff(spot, after).map(({ text }) => text)).toEqual([
            "alternate exchange spot.unrouted -> none",
        ]);
    });

    it("leave new and deleted queues out", () => {
        expect(settingsDiff(configured({ analyzers: '["headers"]' }), spot)).toEqual([]);
    });

    it.each([
        ["message-ttl", 90_000, "90 seconds"],
        ["max-length-bytes", 2_147_483_648, "2 GiB"],
        ["max-age", "604800s", "7 days"],
        ["max-age", "soon", "soon"],
        ["delivery-limit", -1, "no limit"],
        ["delivery-limit", undefined, "no limit"],
        ["max-length", undefined, "none"],
        ["single-active-consumer", true, "true"],
        ["federation-upstream-set", "all", "all"],
        ["unknown-list", [1, "a"], '[1,"a"]'],
    ])("say %s of %j as %s", (key, value, text) => {
        expect(settingText(key, value)).toBe(text);
    });
});
