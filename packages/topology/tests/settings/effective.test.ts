import { describe, expect, it } from "vitest";
import {
    type AppliesTo,
    type Arguments,
    type Exchange,
    exchange,
    type Policy,
    type PolicyDefinition,
    type Queue,
    queue,
} from "../../src/model/index.ts";
import { allEffectiveSettings, effectiveSettings } from "../../src/settings/effective.ts";
import { topologyOf } from "../routing/topologies.ts";

const objects = {
    classic: queue("v", "orders", "classic"),
    quorum: queue("v", "orders", "quorum"),
    stream: queue("v", "orders", "stream"),
    exchange: exchange("v", "orders", "topic"),
} as const;

function policy(name: string, rest: Partial<Policy> = {}): Policy {
    return { vhost: "v", name, pattern: ".*", applyTo: "all", precedence: 0, definition: {}, ...rest };
}

/** The names of the policies that apply to an object: one, none, or several if they are tied. */
function applying(policies: readonly Policy[], object: Queue | Exchange): readonly string[] {
    const { policy: one, tied } = effectiveSettings(topologyOf({ policies }))(object);
    const winners = tied.length > 0 || one === undefined ? tied : [one];
    return winners.map(({ name }) => name);
}

describe("a policy", () => {
    it.each<[AppliesTo, readonly string[]]>([
        ["all", ["classic", "quorum", "stream", "exchange"]],
        ["queues", ["classic", "quorum", "stream"]],
        ["classic_queues", ["classic"]],
        ["quorum_queues", ["quorum"]],
        ["streams", ["stream"]],
        ["exchanges", ["exchange"]],
    ])("that applies to %s looks at %j", (applyTo, expected) => {
        const seen = Object.entries(objects).filter(
            ([, object]) => applying([policy("p", { applyTo })], object).length > 0,
        );
        expect(seen.map(([kind]) => kind)).toEqual(expected);
    });

    it.each([
        ["^orders$", true],
        ["orders", true],
        ["rder", true],
        ["", true],
        [".*", true],
        ["^order$", false],
        ["^rders", false],
        ["Orders", false],
        ["^(orders|invoices)$", true],
        ["^$", false],
    ])("of pattern %j, unanchored unless it anchors itself: %s", (pattern, expected) => {
        expect(applying([policy("p", { pattern })], objects.quorum)).toEqual(expected ? ["p"] : []);
    });

    it("does not look into another virtual host", () => {
        expect(applying([policy("p", { vhost: "w" })], objects.quorum)).toEqual([]);
    });
});

describe("of several policies", () => {
    it.each<[string, readonly Policy[], readonly string[]]>([
        ["nothing matches", [policy("other", { pattern: "^x$" })], []],
        ["one matches", [policy("only")], ["only"]],
        [
            "the highest precedence wins in any order",
            [policy("low", { precedence: -1 }), policy("high", { precedence: 7 }), policy("middle")],
            ["high"],
        ],
        [
            "a higher one that does not match does not count",
            [policy("low"), policy("high", { precedence: 9, pattern: "^x$" })],
            ["low"],
        ],
        [
            "a tie is reported, without policies of a lower precedence",
            [policy("a", { precedence: 3 }), policy("b", { precedence: 3 }), policy("c")],
            ["a", "b"],
        ],
    ])("%s", (_, policies, expected) => {
        expect(applying(policies, objects.quorum)).toEqual(expected);
    });
});

describe("a setting", () => {
    it.each<[string, Arguments, readonly PolicyDefinition[], unknown]>([
        ["neither says anything", {}, [], undefined],
        ["the policy says it", {}, [{ "message-ttl": 5 }], 5],
        ["the argument says it", { "x-message-ttl": 3 }, [], 3],
        ["the smaller one counts: the argument's", { "x-message-ttl": 3 }, [{ "message-ttl": 5 }], 3],
        // Policies are not merged: a key that only the losing policy has is not set.
        ["only the winning policy counts", {}, [{ "message-ttl": 5 }, { expires: 9 }], undefined],
    ])("%s", (_, args, definitions, expected) => {
        const object = queue("v", "orders", "quorum", { arguments: args });
        const policies = definitions.map((definition, precedence) =>
            policy(`p${precedence}`, { precedence, definition }),
        );
        const { settings } = effectiveSettings(topologyOf({ queues: [object], policies }))(object);
        expect(settings.get("message-ttl")?.value).toBe(expected);
    });
});

describe("allEffectiveSettings", () => {
    it("are every exchange and every queue, once", () => {
        const exchanges = [exchange("v", "e", "topic")];
        const queues = [queue("v", "q", "quorum"), queue("v", "r", "classic")];
        const names = allEffectiveSettings(topologyOf({ exchanges, queues })).map(
            ({ target }) => `${target.kind} ${target.object.name}`,
        );
        expect(names).toEqual(["exchange e", "queue q", "queue r"]);
    });
});
