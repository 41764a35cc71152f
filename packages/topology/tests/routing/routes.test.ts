import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binding, exchange, type Policy, queue, type Topology } from "../../src/model/index.ts";
import { matchesTopic, type RoutedMessage, type Routing, router, routes } from "../../src/routing/routing.ts";
import { topologyOf } from "./topologies.ts";

const v = "v";
const toExchange = { destinationType: "exchange" } as const;

function ask(parts: Partial<Topology>, message: Partial<RoutedMessage>): Routing {
    return routes(topologyOf(parts))({ vhost: v, exchange: "in", routingKey: "k", ...message });
}

/** Each path in one line: `in -> mid => q`, where `=>` is an alternate. */
function drawn({ paths }: Routing): readonly string[] {
    return paths.map(({ hops }) =>
        hops.reduce(
            (line, { via, to }) => `${line} ${via === "alternate" ? "=>" : "->"} ${to.name}`,
            hops[0]?.exchange ?? "",
        ),
    );
}

describe("routes", () => {
    it("shows one shortest way to each queue, by the bindings that took the message", () => {
        const direct = binding(v, "in", "q", "k");
        const detour = [binding(v, "in", "mid", "#", toExchange), binding(v, "mid", "q", "")];
        const onward = binding(v, "mid", "r", "");
        const routing = ask(
            {
                exchanges: [exchange(v, "in", "topic"), exchange(v, "mid", "fanout")],
                queues: [queue(v, "q", "classic"), queue(v, "r", "classic")],
                bindings: [...detour, onward, direct],
            },
            {},
        );
        expect(routing.queues).toEqual(["q", "r"]);
        expect(drawn(routing)).toEqual(["in -> q", "in -> mid -> r"]);
        expect(routing.paths[0]?.hops).toEqual([
            { exchange: "in", via: "binding", binding: direct, to: { kind: "queue", name: "q" } },
        ]);
    });

    it("shows a way longer than any call stack is deep", () => {
        const names = ["in", ...Array.from({ length: 20_000 }, (_, index) => `e${index}`)];
        const steps = names.slice(1).map((to, index) => binding(v, names[index] ?? "", to, "", toExchange));
        const { paths } = ask(
            {
                exchanges: names.map((name) => exchange(v, name, "fanout")),
                queues: [queue(v, "q", "classic")],
                bindings: [...steps, binding(v, names.at(-1) ?? "", "q", "")],
            },
            {},
        );
        expect(paths.map(({ hops }) => hops.map((hop) => hop.exchange))).toEqual([names]);
    });

    it("shows where an alternate came in", () => {
        const routing = ask(
            {
                exchanges: [
                    exchange(v, "in", "direct", { arguments: { "alternate-exchange": "rest" } }),
                    exchange(v, "rest", "fanout"),
                ],
                queues: [queue(v, "lost", "classic")],
                bindings: [binding(v, "in", "lost", "other"), binding(v, "rest", "lost", "")],
            },
            {},
        );
        expect(drawn(routing)).toEqual(["in => rest -> lost"]);
    });

    it("shows a queue that the default exchange finds", () => {
        const routing = ask({ queues: [queue(v, "k", "classic")] }, { exchange: "" });
        expect(routing.paths).toEqual([
            { queue: "k", hops: [{ exchange: "", via: "binding", to: { kind: "queue", name: "k" } }] },
        ]);
    });

    it("ends in circles, and never goes through the first exchange again", () => {
        const routing = ask(
            {
                exchanges: [exchange(v, "in", "fanout"), exchange(v, "mid", "fanout")],
                queues: [queue(v, "q", "classic")],
                bindings: [
                    binding(v, "in", "in", "", toExchange),
                    binding(v, "in", "mid", "", toExchange),
                    binding(v, "mid", "in", "", toExchange),
                    binding(v, "mid", "q", ""),
                ],
            },
            {},
        );
        expect(drawn(routing)).toEqual(["in -> mid -> q"]);
    });

    it.each(["amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match"])(
        "knows %s without a declaration",
        (name) => {
            const routing = ask({ bindings: [binding(v, name, "q", "k")] }, { exchange: name });
            expect(routing.queues).toEqual(["q"]);
        },
    );

    it("refuses publishing to an internal exchange, but routes from a bound exchange to it", () => {
        const parts = {
            exchanges: [exchange(v, "in", "fanout"), exchange(v, "inside", "fanout", { internal: true })],
            bindings: [binding(v, "in", "inside", "", toExchange), binding(v, "inside", "q", "")],
        };
        expect(ask(parts, { exchange: "inside" }).queues).toEqual([]);
        expect(ask(parts, {}).queues).toEqual(["q"]);
    });

    it("takes the keys that a sender adds in headers", () => {
        const parts = {
            exchanges: [exchange(v, "in", "direct")],
            bindings: ["k", "cc", "bcc"].map((key) => binding(v, "in", key, key)),
        };
        const headers = { CC: ["cc", "nobody"], BCC: ["bcc"] };
        expect(ask(parts, { headers }).queues).toEqual(["bcc", "cc", "k"]);
    });

    it("finds no queue by name where the default exchange is an alternate, but may go on by a policy", () => {
        const parts = {
            exchanges: [
                exchange(v, "in", "direct", { arguments: { "alternate-exchange": "" } }),
                exchange(v, "rest", "fanout"),
            ],
            queues: [queue(v, "k", "classic"), queue(v, "lost", "classic")],
            bindings: [binding(v, "rest", "lost", "")],
        };
        const policy: Policy = {
            vhost: v,
            name: "rest",
            pattern: "^$",
            applyTo: "exchanges",
            precedence: 0,
            definition: { "alternate-exchange": "rest" },
        };
        expect(ask(parts, {}).queues).toEqual([]);
        expect(drawn(ask({ ...parts, policies: [policy] }, {}))).toEqual(["in =>  => rest -> lost"]);
    });

    it("agrees with router, and each path leads from the exchange to its queue", () => {
        const name = fc.constantFrom("in", "e", "f");
        const end = fc.tuple(
            name,
            fc.constantFrom("q", "r"),
            fc.boolean(),
            name,
            fc.constantFrom("k", "#", "*"),
        );
        const type = fc.constantFrom("direct", "fanout", "topic" as const);
        fc.assert(
            fc.property(fc.array(end, { maxLength: 12 }), fc.tuple(type, type, type), (ends, types) => {
                const topology = topologyOf({
                    exchanges: ["in", "e", "f"].map((each, index) =>
                        exchange(v, each, types[index] ?? "topic"),
                    ),
                    queues: [queue(v, "q", "classic"), queue(v, "r", "classic")],
                    bindings: ends.map(([source, to, isQueue, next, key]) =>
                        isQueue ? binding(v, source, to, key) : binding(v, source, next, key, toExchange),
                    ),
                });
                const message = { vhost: v, exchange: "in", routingKey: "k" };
                const routing = routes(topology)(message);
                expect(routing.queues).toEqual(router(topology)(message));
                for (const { hops, queue: last } of routing.paths) {
                    expect(hops[0]?.exchange).toBe("in");
                    expect(hops.at(-1)?.to).toEqual({ kind: "queue", name: last });
                    expect(hops.slice(1).map((hop) => hop.exchange)).toEqual(
                        hops.slice(0, -1).map(({ to }) => to.name),
                    );
                }
            }),
        );
    });

    it("finds among many patterns those that take a key one by one", () => {
        const words = fc.array(fc.constantFrom("a", "b", "", "*", "#"), { maxLength: 5 });
        const text = words.map((each) => each.join("."));
        fc.assert(
            fc.property(fc.uniqueArray(text, { maxLength: 30 }), text, (patterns, key) => {
                const topology = topologyOf({
                    exchanges: [exchange(v, "in", "topic")],
                    bindings: patterns.map((pattern) => binding(v, "in", `queue ${pattern}`, pattern)),
                });
                const expected = patterns.filter((pattern) => matchesTopic(pattern, key));
                expect(router(topology)({ vhost: v, exchange: "in", routingKey: key })).toEqual(
                    expected.map((pattern) => `queue ${pattern}`).sort(),
                );
            }),
        );
    });
});
