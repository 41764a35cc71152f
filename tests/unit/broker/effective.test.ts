import { describe, expect, it } from "vitest";
import {
    matches,
    type PolicyTarget,
    policyTargets,
    settingOf,
    winningPolicies,
} from "../../../src/broker/effective.js";
import {
    type AppliesTo,
    type Arguments,
    exchange,
    type Policy,
    type PolicyDefinition,
    queue,
} from "../../../src/model/index.js";
import { topologyOf } from "./topologies.js";

const targets = {
    classic: { kind: "queue", object: queue("v", "orders", "classic") },
    quorum: { kind: "queue", object: queue("v", "orders", "quorum") },
    stream: { kind: "queue", object: queue("v", "orders", "stream") },
    exchange: { kind: "exchange", object: exchange("v", "orders", "topic") },
} as const satisfies Record<string, PolicyTarget>;

function policy(name: string, rest: Partial<Policy> = {}): Policy {
    return { vhost: "v", name, pattern: ".*", applyTo: "all", precedence: 0, definition: {}, ...rest };
}

describe("matches", () => {
    it.each<[AppliesTo, readonly string[]]>([
        ["all", ["classic", "quorum", "stream", "exchange"]],
        ["queues", ["classic", "quorum", "stream"]],
        ["classic_queues", ["classic"]],
        ["quorum_queues", ["quorum"]],
        ["streams", ["stream"]],
        ["exchanges", ["exchange"]],
    ])("a policy that applies to %s looks at %j", (applyTo, expected) => {
        const seen = Object.entries(targets).filter(([, target]) =>
            matches(policy("p", { applyTo }), target),
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
    ])("pattern %j, unanchored unless it anchors itself: %s", (pattern, expected) => {
        expect(matches(policy("p", { pattern }), targets.quorum)).toBe(expected);
    });

    it("does not look into another virtual host", () => {
        expect(matches(policy("p", { vhost: "w" }), targets.quorum)).toBe(false);
    });
});

describe("winningPolicies", () => {
    it.each<[string, readonly Policy[], readonly string[]]>([
        ["nothing matches", [policy("other", { pattern: "^x$" })], []],
        ["one matches", [policy("only")], ["only"]],
        [
            "the highest precedence wins, whatever the order",
            [policy("low", { precedence: -1 }), policy("high", { precedence: 7 }), policy("middle")],
            ["high"],
        ],
        [
            "a higher one that does not match does not count",
            [policy("low"), policy("high", { precedence: 9, pattern: "^x$" })],
            ["low"],
        ],
        [
            "a tie is told, without those below",
            [policy("a", { precedence: 3 }), policy("b", { precedence: 3 }), policy("c")],
            ["a", "b"],
        ],
    ])("%s", (_, policies, expected) => {
        expect(winningPolicies(policies, targets.quorum).map(({ name }) => name)).toEqual(expected);
    });
});

describe("settingOf", () => {
    it.each<[string, Arguments, readonly PolicyDefinition[], unknown]>([
        ["neither says anything", {}, [], undefined],
        ["the policy says it", {}, [{ "message-ttl": 5 }], 5],
        ["the argument says it", { "x-message-ttl": 3 }, [], 3],
        ["the argument beats the policy", { "x-message-ttl": 3 }, [{ "message-ttl": 5 }], 3],
        // Policies are not merged: what the loser alone says is not said.
        ["only the winning policy counts", {}, [{ "message-ttl": 5 }, { expires: 9 }], undefined],
    ])("%s", (_, args, definitions, expected) => {
        const object = queue("v", "orders", "quorum", { arguments: args });
        const policies = definitions.map((definition, precedence) =>
            policy(`p${precedence}`, { precedence, definition }),
        );
        const topology = topologyOf({ queues: [object], policies });
        expect(settingOf(topology, object, "message-ttl")).toBe(expected);
    });
});

describe("policyTargets", () => {
    it("are every exchange and every queue, once", () => {
        const exchanges = [exchange("v", "e", "topic")];
        const queues = [queue("v", "q", "quorum"), queue("v", "r", "classic")];
        const names = policyTargets(topologyOf({ exchanges, queues })).map(
            ({ kind, object }) => `${kind} ${object.name}`,
        );
        expect(names).toEqual(["exchange e", "queue q", "queue r"]);
    });
});
