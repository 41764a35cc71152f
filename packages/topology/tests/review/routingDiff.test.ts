import { describe, expect, it } from "vitest";
import { binding, exchange, queue, service, type Topology } from "../../src/model/index.ts";
import { routingDiff } from "../../src/review/compare/routes/routingDiff.ts";
import { unbind } from "../checks/edits.ts";
import { topologyOf } from "../routing/topologies.ts";
import { declaredService, policyOf, sendingWith, spot, withBinding } from "./edits.ts";

const exchanges = [
    exchange("v", "in", "topic", { arguments: { "alternate-exchange": "rest" } }),
    exchange("v", "rest", "fanout"),
    exchange("v", "headers", "headers"),
];
const queues = ["a", "b", "rest"].map((name) => queue("v", name, "classic"));
const rest = binding("v", "rest", "rest", "");
const sender = service("v", "sender", {
    publishes: [
        {
            message: "m",
            exchange: "in",
            routingKey: "key",
            persistent: true,
            mandatory: true,
            urgency: false,
        },
    ],
});

function bound(...names: readonly string[]): Topology {
    const own = names.map((name) => binding("v", "in", name, "key"));
    return topologyOf({ exchanges, queues, bindings: [...own, rest], services: [sender] });
}

function kinds(before: Topology, after: Topology): readonly unknown[] {
    return routingDiff(before, after).map(({ kind, consequence, before: was, after: is }) => ({
        kind,
        consequence,
        was: was.queues,
        is: is.queues,
    }));
}

describe("the routing diff", () => {
    it.each([
        ["parked", "delayed", ["a"], []],
        ["narrowed", "dropped", ["a", "b"], ["a"]],
        ["moved", "reordered", ["a"], ["b"]],
        ["duplicated", "none", ["a"], ["a", "b"]],
        ["routed", "none", [], ["a"]],
    ] as const)("calls a key %s, and messages %s", (kind, consequence, was, is) => {
        const caught = (names: readonly string[]): readonly string[] =>
            names.length === 0 ? ["rest"] : names;
        expect(kinds(bound(...was), bound(...is))).toEqual([
            { kind, consequence, was: caught(was), is: caught(is) },
        ]);
    });

    it("calls a key unroutable when not even an alternate exchange takes it", () => {
        const { exchanges: all, ...others } = bound();
        const closed = { ...others, exchanges: all.map((each) => ({ ...each, arguments: {} })) };
        expect(kinds(bound("a"), closed)).toEqual([
            { kind: "unroutable", consequence: "dropped", was: ["a"], is: [] },
        ]);
    });

    it("names who sends, and where dead letters end", () => {
        const withoutKey = unbind(({ routingKey }) => routingKey === "analyze.result")(spot);
        expect(routingDiff(spot, withoutKey)).toEqual([
            {
                id: "route spot/spot.analysis analyze.result",
                kind: "parked",
                consequence: "delayed",
                vhost: "spot",
                exchange: "spot.analysis",
                routingKey: "analyze.result",
                uses: ['service "analyzer-orchestrator" publishes "result"'],
                before: { queues: ["result-processor"], deadLetters: ["result-processor.dlq"] },
                after: { queues: ["unrouted"], deadLetters: [] },
                fate: 'it falls through to the alternate exchange and is parked in "unrouted", which no service consumes',
            },
        ]);
    });

    it("compares a message that its service sends elsewhere with itself", () => {
        const after = declaredService("gateway", sendingWith("request", { routingKey: "analyze.requests" }));
        expect(routingDiff(spot, after)).toEqual([
            {
                id: 'route spot/service "gateway" publishes "request"',
                kind: "parked",
                consequence: "delayed",
                vhost: "spot",
                exchange: "spot.analysis",
                routingKey: "analyze.requests",
                uses: ['service "gateway" publishes "request"'],
                before: { queues: ["analyzer-orchestrator"], deadLetters: ["analyzer-orchestrator.dlq"] },
                after: { queues: ["unrouted"], deadLetters: [] },
                fate: 'it falls through to the alternate exchange and is parked in "unrouted", which no service consumes',
            },
        ]);
    });

    it("does not know what an exchange of headers does with a message that is sent there now", () => {
        const elsewhere = {
            ...sender,
            publishes: sender.publishes.map((one) => ({ ...one, exchange: "headers" })),
        };
        expect(routingDiff(bound("a"), { ...bound("a"), services: [elsewhere] })).toEqual([]);
    });

    it("loses nothing for a key that no service declares to send", () => {
        const before = { ...bound("a"), services: [service("v", "other")] };
        expect(kinds(before, { ...bound(), services: [service("v", "other")] })).toEqual([
            { kind: "parked", consequence: "none", was: ["a"], is: ["rest"] },
        ]);
    });

    it("takes every key for used where no services are declared", () => {
        expect(kinds({ ...bound("a", "b"), services: [] }, { ...bound("a"), services: [] })).toEqual([
            { kind: "narrowed", consequence: "dropped", was: ["a", "b"], is: ["a"] },
        ]);
    });

    it.each([
        [["a.#"], ["a.*"], "dropped"],
        [["a.*"], ["a.#"], "none"],
        [["a.#"], ["a.#.#"], undefined],
        [["a.*.c"], ["a.b.c"], "dropped"],
        [["a.#"], ["a", "a.*.*"], "dropped"],
        [["a.#"], ["a", "a.*.#"], undefined],
    ])("tries wildcards with no word, one and two: %s -> %s", (before, after, consequence) => {
        const side = (keys: readonly string[]): Topology =>
            topologyOf({
                exchanges: [exchange("v", "in", "topic")],
                queues,
                bindings: keys.map((key) => binding("v", "in", "a", key)),
            });
        const [worst] = routingDiff(side(before), side(after));
        expect(worst?.consequence).toBe(consequence);
    });

    it("compares headers bindings by the headers that they want", () => {
        const side = (...formats: readonly string[]): Topology =>
            topologyOf({
                exchanges,
                queues,
                bindings: formats.map((format) =>
                    binding("v", "headers", "a", "", { arguments: { "x-match": "all", format } }),
                ),
            });
        expect(routingDiff(side("pdf", "zip"), side("zip")).map(({ id, kind }) => ({ id, kind }))).toEqual([
            { id: 'route v/headers  {"format":"pdf"}', kind: "unroutable" },
        ]);
    });

    it.each([
        ["all of them instead of any", ["any", ["a", "b"]], [["all", ["a", "b"]]], "unroutable"],
        ["any of them instead of all", ["all", ["a", "b"]], [["any", ["a", "b"]]], "routed"],
        ["fewer headers, any of them", ["any", ["a", "b"]], [["any", ["a"]]], "unroutable"],
        [
            "each by a binding of its own",
            ["any", ["a", "b"]],
            [
                ["any", ["a"]],
                ["all", ["b"]],
            ],
            undefined,
        ],
    ] as const)("tries several headers together and alone: %s", (_, before, after, kind) => {
        const side = (...wanted: readonly (readonly [string, readonly string[]])[]): Topology =>
            topologyOf({
                exchanges,
                queues,
                bindings: wanted.map(([match, names]) =>
                    binding("v", "headers", "a", "", {
                        arguments: {
                            "x-match": match,
                            ...Object.fromEntries(names.map((name) => [name, 1])),
                        },
                    }),
                ),
            });
        const [worst] = routingDiff(side(before), side(...after));
        expect(worst?.kind).toBe(kind);
    });

    it("follows dead letters and retries as messages of their own", () => {
        const before = topologyOf({
            exchanges: [exchange("v", "dead", "direct")],
            queues,
            bindings: [binding("v", "dead", "b", "a")],
            policies: [
                policyOf(
                    "p",
                    { "dead-letter-exchange": "dead", "dead-letter-routing-key": "a" },
                    { vhost: "v", pattern: "^a$" },
                ),
            ],
            services: [service("v", "somebody")],
        });
        const [change] = routingDiff(before, { ...before, bindings: [] });
        expect(change).toMatchObject({
            kind: "unroutable",
            consequence: "dropped",
            uses: ['dead letters of queue "a"'],
        });
    });

    it("is empty where only queues and policies change", () => {
        const other = spot.queues.map((each) => ({ ...each, durable: false }));
        expect(routingDiff(spot, { ...spot, queues: other })).toEqual([]);
    });

    it("is empty where a further binding reaches the same queue", () => {
        const more = withBinding(binding("spot", "spot.analysis", "result-processor", "analyze.result.#"))(
            spot,
        );
        expect(routingDiff(spot, more).map(({ id, kind }) => ({ id, kind }))).toEqual([
            { id: "route spot/spot.analysis analyze.result.#", kind: "routed" },
        ]);
    });
});
