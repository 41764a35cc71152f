import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
    type Arguments,
    binding,
    type ExchangeType,
    exactPattern,
    exchange,
    type Policy,
    queue,
} from "../../src/model/index.ts";
import { matchesHeaders, matchesTopic, router } from "../../src/routing/routing.ts";
import { topologyOf } from "./topologies.ts";

/** Another way to the same answer: the pattern as a regular expression over words that each end in a dot. */
function matchesByExpression(pattern: string, key: string): boolean {
    const words = (text: string): string[] => (text === "" ? [] : text.split("."));
    const source = words(pattern)
        .map((word) => (word === "#" ? "(?:[^.]*\\.)*" : word === "*" ? "[^.]*\\." : `${word}\\.`))
        .join("");
    const subject = words(key)
        .map((word) => `${word}.`)
        .join("");
    return new RegExp(`^${source}$`).test(subject);
}

describe("matchesTopic", () => {
    it.each([
        ["a.b", "a.b", true],
        ["a.b", "a.c", false],
        ["a.b", "a.b.c", false],
        ["a.*", "a.b", true],
        ["a.*", "a", false],
        ["a.*", "a.b.c", false],
        ["*.b", "a.b", true],
        ["a.*.c", "a..c", true],
        ["#", "", true],
        ["#", "a.b.c", true],
        ["a.#", "a", true],
        ["a.#", "a.b.c", true],
        ["a.#", "b", false],
        ["#.c", "c", true],
        ["#.c", "a.b.c", true],
        ["#.c", "a.c.b", false],
        ["a.#.c", "a.c", true],
        ["a.#.c", "a.b.b.c", true],
        ["#.b.#", "a.b.c", true],
        ["#.#", "", true],
        ["*.#", "a", true],
        ["a.b", "a.B", false],
        // The empty key has zero words, as the broker's own tests expect.
        ["", "", true],
        ["*", "", false],
        ["*.#", "", false],
        ["#.*.#", "", false],
        ["", "a", false],
        // Between two dots stands one empty word.
        ["*.*", ".", true],
        [".", ".", true],
        ["#", ".", true],
        ["*", ".", false],
        // Wildcards mean something only as whole words, and nothing in a key.
        ["a*", "ab", false],
        ["a#", "a", false],
        ["a.b", "a.*", false],
        ["analyze.finding.*", "analyze.finding.headers", true],
        ["analyze.finding.*", "analyze.finding", false],
        ["notify.*", "notify.status", true],
    ])("pattern %j and key %j: %s", (pattern, key, expected) => {
        expect(matchesTopic(pattern, key)).toBe(expected);
    });

    it("agrees with a regular expression on random patterns and keys", () => {
        const pattern = fc
            .array(fc.constantFrom("#", "#", "*", "*", "a", "b", ""), { maxLength: 6 })
            .map((words) => words.join("."));
        const key = fc
            .array(fc.constantFrom("a", "a", "b", "b", ""), { maxLength: 6 })
            .map((words) => words.join("."));
        fc.assert(
            fc.property(pattern, key, (somePattern, someKey) => {
                expect(matchesTopic(somePattern, someKey)).toBe(matchesByExpression(somePattern, someKey));
            }),
            { numRuns: 3_000 },
        );
    });
});

describe("matchesHeaders", () => {
    const both = { colour: "red", size: 3 };
    it.each<[string, Arguments, Arguments, boolean]>([
        ["all is the default", both, { colour: "red", size: 3, more: true }, true],
        ["all: one differs", { ...both, "x-match": "all" }, { colour: "red", size: 4 }, false],
        ["all: one is missing", { ...both, "x-match": "all" }, { colour: "red" }, false],
        ["all: nothing is wanted", { "x-match": "all" }, {}, true],
        ["no arguments at all", {}, { colour: "red" }, true],
        ["any: one fits", { ...both, "x-match": "any" }, { colour: "blue", size: 3 }, true],
        ["any: none fits", { ...both, "x-match": "any" }, { colour: "blue", size: 4 }, false],
        ["any: nothing is wanted", { "x-match": "any" }, { colour: "red" }, false],
        ["all ignores x- arguments", { "x-match": "all", "x-tenant": "a" }, {}, true],
        ["any ignores x- arguments", { "x-match": "any", "x-tenant": "a" }, { "x-tenant": "a" }, false],
        ["all-with-x fits", { "x-match": "all-with-x", "x-tenant": "a" }, { "x-tenant": "a" }, true],
        ["all-with-x differs", { "x-match": "all-with-x", "x-tenant": "a" }, { "x-tenant": "b" }, false],
        ["any-with-x fits", { "x-match": "any-with-x", "x-tenant": "a" }, { "x-tenant": "a" }, true],
        ["any-with-x differs", { "x-match": "any-with-x", "x-tenant": "a" }, {}, false],
        ["x-match itself is never wanted", { "x-match": "all-with-x" }, {}, true],
        ["null matches any value of the header", { colour: null }, { colour: 0 }, true],
        ["null wants presence: absent", { colour: null }, {}, false],
        ["null wants presence: inherited names are absent", { constructor: null }, {}, false],
        ["a number is not its text", { size: 3 }, { size: "3" }, false],
        ["an unknown mode counts as all", { ...both, "x-match": "some" }, { colour: "red" }, false],
    ])("%s", (_, wanted, headers, expected) => {
        expect(matchesHeaders(wanted, headers)).toBe(expected);
    });
});

describe("router", () => {
    const v = "v";
    const alternate = (name: string, to: string): Policy => ({
        vhost: v,
        name: `exchange.${name}`,
        pattern: exactPattern(name),
        applyTo: "exchanges",
        precedence: 1,
        definition: { "alternate-exchange": to },
    });

    it.each<[ExchangeType, string, readonly string[]]>([
        ["direct", "a.b", ["exact"]],
        ["direct", "a.c", []],
        ["topic", "a.b", ["exact", "pattern"]],
        ["topic", "a.c", ["pattern"]],
        ["fanout", "a.b", ["exact", "pattern"]],
        ["fanout", "", ["exact", "pattern"]],
        ["headers", "whatever", ["exact", "pattern"]],
    ])("a %s exchange hands key %j to %j", (type, routingKey, expected) => {
        const route = router(
            topologyOf({
                exchanges: [exchange(v, "e", type)],
                queues: [queue(v, "exact", "classic"), queue(v, "pattern", "classic")],
                bindings: [binding(v, "e", "exact", "a.b"), binding(v, "e", "pattern", "a.*")],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey })).toEqual(expected);
    });

    it("hands a message by its headers where the exchange looks at those", () => {
        const byColour = (queueName: string, colour: string) =>
            binding(v, "e", queueName, "", { arguments: { "x-match": "any", colour } });
        const route = router(
            topologyOf({
                exchanges: [exchange(v, "e", "headers")],
                queues: [queue(v, "red", "classic"), queue(v, "blue", "classic")],
                bindings: [byColour("red", "red"), byColour("blue", "blue")],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey: "", headers: { colour: "red" } })).toEqual([
            "red",
        ]);
        expect(route({ vhost: v, exchange: "e", routingKey: "" })).toEqual([]);
    });

    it("knows every queue by its name through the default exchange, without alternates or patterns", () => {
        const route = router(
            topologyOf({ queues: [queue(v, "q", "classic"), queue("other", "elsewhere", "classic")] }),
        );
        const answers = ["q", "*", "#", "", "elsewhere"].map((routingKey) =>
            route({ vhost: v, exchange: "", routingKey }),
        );
        expect(answers).toEqual([["q"], [], [], [], []]);
    });

    it("delivers one copy to a queue that several bindings and ways lead to", () => {
        const route = router(
            topologyOf({
                exchanges: [exchange(v, "e", "topic"), exchange(v, "f", "fanout")],
                queues: [queue(v, "q", "classic")],
                bindings: [
                    binding(v, "e", "q", "#"),
                    binding(v, "e", "q", "a.*"),
                    binding(v, "e", "f", "a.b", { destinationType: "exchange" }),
                    binding(v, "f", "q", ""),
                ],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey: "a.b" })).toEqual(["q"]);
    });

    it("takes a message to the alternate exchange only when no binding takes it", () => {
        const route = router(
            topologyOf({
                exchanges: [exchange(v, "e", "direct"), exchange(v, "rest", "fanout")],
                queues: [queue(v, "q", "classic"), queue(v, "lost", "classic")],
                bindings: [binding(v, "e", "q", "known"), binding(v, "rest", "lost", "")],
                policies: [alternate("e", "rest")],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey: "known" })).toEqual(["q"]);
        expect(route({ vhost: v, exchange: "e", routingKey: "unknown" })).toEqual(["lost"]);
    });

    it("does not ask the first exchange's alternate when a binding leads to an exchange that finds no queue", () => {
        const route = router(
            topologyOf({
                exchanges: [
                    exchange(v, "e", "fanout"),
                    exchange(v, "dead end", "direct"),
                    exchange(v, "rest", "fanout"),
                ],
                queues: [queue(v, "lost", "classic")],
                bindings: [
                    binding(v, "e", "dead end", "", { destinationType: "exchange" }),
                    binding(v, "rest", "lost", ""),
                ],
                policies: [alternate("e", "rest")],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey: "k" })).toEqual([]);
    });

    it("lets an exchange's own argument beat the policy", () => {
        const route = router(
            topologyOf({
                exchanges: [
                    exchange(v, "e", "direct", { arguments: { "alternate-exchange": "by argument" } }),
                    exchange(v, "by argument", "fanout"),
                    exchange(v, "by policy", "fanout"),
                ],
                queues: [queue(v, "argument", "classic"), queue(v, "policy", "classic")],
                bindings: [binding(v, "by argument", "argument", ""), binding(v, "by policy", "policy", "")],
                policies: [alternate("e", "by policy")],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey: "k" })).toEqual(["argument"]);
    });

    it("follows chains of alternates and comes to an end when they go in circles", () => {
        const circle = {
            exchanges: ["a", "b", "c"].map((name) => exchange(v, name, "direct")),
            queues: [queue(v, "q", "classic")],
            policies: [alternate("a", "b"), alternate("b", "c"), alternate("c", "a")],
        };
        const through = { ...circle, bindings: [binding(v, "c", "q", "k")] };
        expect(router(topologyOf(through))({ vhost: v, exchange: "a", routingKey: "k" })).toEqual(["q"]);
        expect(router(topologyOf(circle))({ vhost: v, exchange: "a", routingKey: "k" })).toEqual([]);
    });

    it("follows bindings between exchanges and comes to an end when they go in circles", () => {
        const between = (source: string, destination: string) =>
            binding(v, source, destination, "#", { destinationType: "exchange" });
        const route = router(
            topologyOf({
                exchanges: ["a", "b", "c"].map((name) => exchange(v, name, "topic")),
                queues: ["qa", "qb", "qc"].map((name) => queue(v, name, "classic")),
                bindings: [
                    between("a", "b"),
                    between("b", "c"),
                    between("c", "a"),
                    between("a", "a"),
                    binding(v, "c", "qc", "k"),
                    binding(v, "b", "qb", "other"),
                    binding(v, "a", "qa", "*"),
                ],
            }),
        );
        expect(route({ vhost: v, exchange: "a", routingKey: "k" })).toEqual(["qa", "qc"]);
        expect(route({ vhost: v, exchange: "b", routingKey: "other" })).toEqual(["qa", "qb"]);
    });

    it("tells an exchange from a queue of the same name", () => {
        const route = router(
            topologyOf({
                exchanges: [exchange(v, "e", "fanout"), exchange(v, "same", "fanout")],
                queues: [queue(v, "same", "classic"), queue(v, "q", "classic")],
                bindings: [
                    binding(v, "e", "same", "", { destinationType: "exchange" }),
                    binding(v, "same", "q", ""),
                ],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey: "" })).toEqual(["q"]);
    });

    it("keeps virtual hosts apart", () => {
        const route = router(
            topologyOf({
                exchanges: [exchange(v, "e", "fanout"), exchange("other", "e", "fanout")],
                queues: [queue(v, "mine", "classic"), queue("other", "theirs", "classic")],
                bindings: [binding(v, "e", "mine", ""), binding("other", "e", "theirs", "")],
            }),
        );
        expect(route({ vhost: v, exchange: "e", routingKey: "" })).toEqual(["mine"]);
        expect(route({ vhost: "third", exchange: "e", routingKey: "" })).toEqual([]);
    });

    it("takes a message to an unknown exchange nowhere", () => {
        for (const exchange of ["none", "constructor"]) {
            expect(router(topologyOf({}))({ vhost: v, exchange, routingKey: "k" })).toEqual([]);
        }
    });
});
