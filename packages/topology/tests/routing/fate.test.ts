import { describe, expect, it } from "vitest";
import {
    type Arguments,
    type ArgumentValue,
    binding,
    exchange,
    type QueueType,
    queue,
    type Topology,
} from "../../src/model/index.ts";
import type { DeathCause } from "../../src/routing/deadLetters.ts";
import { type Fate, fates } from "../../src/routing/fate.ts";
import { topologyOf } from "./topologies.ts";

const v = "v";
const dlx = { "x-dead-letter-exchange": "dead" };
const surely = { ...dlx, "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish" };

/** Queues by name with their arguments, on a direct exchange `dead` that knows each by its name. */
function among(
    queues: Readonly<Record<string, Arguments>>,
    type: QueueType = "quorum",
    parts: Partial<Topology> = {},
): Topology {
    return topologyOf({
        exchanges: [exchange(v, "dead", "direct")],
        queues: Object.entries(queues).map(([name, args]) => queue(v, name, type, { arguments: args })),
        bindings: Object.keys(queues).map((name) => binding(v, "dead", name, name)),
        ...parts,
    });
}

function to(key: string, rest: Readonly<Record<string, ArgumentValue>> = {}): Arguments {
    return { ...dlx, "x-dead-letter-routing-key": key, ...rest };
}

function fateOf(topology: Topology, cause: DeathCause, name = "jobs"): Fate {
    return fates(topology)(v, name, cause);
}

describe("fates", () => {
    it("follows a rejected message to the queue where it rests", () => {
        const fate = fateOf(among({ jobs: to("dlq"), dlq: {} }), "rejected");
        expect(fate).toEqual({
            steps: [
                { queue: "jobs", cause: "rejected", exchange: "dead", routingKeys: ["dlq"], to: ["dlq"] },
            ],
            end: { kind: "queue", names: ["dlq"] },
        });
    });

    it("follows it on where a queue lets it expire", () => {
        const fate = fateOf(
            among({ jobs: to("wait"), wait: to("dlq", { "x-message-ttl": 5 }), dlq: {} }),
            "rejected",
        );
        expect(fate.steps.map(({ queue: from, cause }) => `${from} ${cause}`)).toEqual([
            "jobs rejected",
            "wait expired",
        ]);
        expect(fate.end).toEqual({ kind: "queue", names: ["dlq"] });
    });

    it("keeps the message's own key until a queue gives it another", () => {
        const queues = { jobs: dlx, wait: to("dlq", { "x-message-ttl": 5 }), dlq: {} };
        const topology = among(queues, "quorum", {
            bindings: [binding(v, "dead", "wait", "own"), binding(v, "dead", "dlq", "dlq")],
        });
        const fate = fates(topology)(v, "jobs", "rejected", { exchange: "in", routingKey: "own" });
        expect(fate.steps.map(({ routingKeys }) => routingKeys)).toEqual([["own"], ["dlq"]]);
        expect(fate.end).toEqual({ kind: "queue", names: ["dlq"] });
    });

    it("carries a message's extra keys, headers and deaths along", () => {
        const queues = { jobs: dlx, wait: { ...dlx, "x-message-ttl": 5 }, dlq: {}, other: {} };
        const deathOf = (wanted: Arguments): { readonly arguments: Arguments } => ({
            arguments: { "x-match": "all-with-x", kind: "invoice", ...wanted },
        });
        const topology = among(queues, "quorum", {
            exchanges: [exchange(v, "dead", "headers")],
            bindings: [
                binding(v, "dead", "wait", "", deathOf({ "x-last-death-exchange": "in" })),
                binding(v, "dead", "dlq", "", deathOf({ "x-last-death-reason": "expired" })),
                binding(v, "dead", "other", "", deathOf({ "x-first-death-reason": "expired" })),
            ],
        });
        const message = { exchange: "in", routingKey: "a", headers: { kind: "invoice", CC: ["b"] } };
        const { steps, end } = fates(topology)(v, "jobs", "rejected", message);
        expect(steps.map(({ routingKeys, to: taking }) => [routingKeys, taking])).toEqual([
            [["a", "b"], ["wait"]],
            [["a", "b"], ["dlq"]],
        ]);
        expect(end).toEqual({ kind: "queue", names: ["dlq"] });
    });

    it("uses the routing keys of its bindings for an unknown message", () => {
        const topology = among({ jobs: dlx, dlq: {} }, "quorum", {
            bindings: [
                binding(v, "in", "jobs", "a"),
                binding(v, "in", "jobs", "b"),
                binding(v, "dead", "dlq", "b"),
            ],
        });
        expect(fateOf(topology, "expired").steps[0]).toMatchObject({ routingKeys: ["a", "b"], to: ["dlq"] });
    });

    it.each<[string, Topology, DeathCause, Fate["end"]]>([
        [
            "dropped without a dead-letter exchange",
            among({ jobs: {} }),
            "rejected",
            { kind: "dropped", reason: 'queue "jobs" has no dead-letter exchange' },
        ],
        [
            "dropped where the exchange leads nowhere",
            among({ jobs: to("nobody") }),
            "rejected",
            {
                kind: "dropped",
                reason: 'dead letters of queue "jobs" reach no queue through exchange "dead"',
            },
        ],
        [
            "dropped where the exchange does not exist",
            among({ jobs: { "x-dead-letter-exchange": "missing" } }),
            "rejected",
            {
                kind: "dropped",
                reason: 'dead letters of queue "jobs" reach no queue through exchange "missing"',
            },
        ],
        [
            "kept by at-least-once where it leads nowhere",
            among({ jobs: { ...surely, "x-dead-letter-routing-key": "nobody" } }),
            "rejected",
            { kind: "kept" },
        ],
        [
            "dropped all the same where at-least-once falls back",
            among({ jobs: to("nobody", { "x-dead-letter-strategy": "at-least-once" }) }),
            "rejected",
            {
                kind: "dropped",
                reason: 'dead letters of queue "jobs" reach no queue through exchange "dead"',
            },
        ],
        [
            "refused by a full queue",
            among({ jobs: { ...surely, "x-max-length": 1 } }),
            "maxlen",
            { kind: "refused" },
        ],
        [
            "dead-lettered by a full classic queue that refuses it",
            among({ jobs: to("dlq", { "x-overflow": "reject-publish-dlx" }), dlq: {} }, "classic"),
            "maxlen",
            { kind: "queue", names: ["dlq"] },
        ],
        [
            "left in a queue without a delivery limit",
            among({ jobs: to("dlq", { "x-delivery-limit": -1 }), dlq: {} }),
            "delivery_limit",
            { kind: "queue", names: ["jobs"] },
        ],
        [
            "moved after the default limit",
            among({ jobs: to("dlq"), dlq: {} }),
            "delivery_limit",
            { kind: "queue", names: ["dlq"] },
        ],
        [
            "left in a classic queue, which counts no deliveries",
            among({ jobs: to("dlq"), dlq: {} }, "classic"),
            "delivery_limit",
            { kind: "queue", names: ["jobs"] },
        ],
        ["left in a stream", among({ jobs: {} }, "stream"), "rejected", { kind: "queue", names: ["jobs"] }],
        [
            "sent through the default exchange",
            among({ jobs: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dlq" }, dlq: {} }),
            "expired",
            { kind: "queue", names: ["dlq"] },
        ],
        [
            "sent through an internal exchange",
            among({ jobs: to("dlq"), dlq: {} }, "quorum", {
                exchanges: [exchange(v, "dead", "direct", { internal: true })],
            }),
            "expired",
            { kind: "queue", names: ["dlq"] },
        ],
    ])("is %s", (_, topology, cause, end) => {
        expect(fateOf(topology, cause).end).toEqual(end);
    });

    describe("in a circle", () => {
        const retry = { jobs: to("wait"), wait: to("jobs", { "x-message-ttl": 5 }) };

        it("continues as long as a consumer rejects", () => {
            expect(fateOf(among(retry), "rejected").end).toEqual({
                kind: "cycle",
                path: ["jobs", "wait", "jobs"],
                dropped: false,
            });
        });

        it.each(["expired", "maxlen", "delivery_limit"] as const)(
            "ends when it is all automatic: %s",
            (cause) => {
                expect(fateOf(among(retry), cause).end).toEqual({
                    kind: "cycle",
                    path: ["jobs", "wait", "jobs"],
                    dropped: true,
                });
            },
        );

        it("of one queue ends immediately", () => {
            expect(fateOf(among({ jobs: to("jobs") }), "expired").end).toEqual({
                kind: "cycle",
                path: ["jobs", "jobs"],
                dropped: true,
            });
        });

        it("is kept by at-least-once, which drops nothing", () => {
            const queues = {
                jobs: to("wait"),
                wait: { ...surely, "x-dead-letter-routing-key": "jobs", "x-message-ttl": 5 },
            };
            expect(fateOf(among(queues), "expired").end).toEqual({ kind: "kept" });
        });

        it("later on the way is broken there, even after a rejection", () => {
            const queues = {
                jobs: to("one"),
                one: to("two", { "x-message-ttl": 5 }),
                two: to("one", { "x-message-ttl": 5 }),
            };
            expect(fateOf(among(queues), "rejected").end).toEqual({
                kind: "cycle",
                path: ["one", "two", "one"],
                dropped: true,
            });
        });
    });

    describe("of several copies", () => {
        const fanout = { exchanges: [exchange(v, "dead", "fanout")] };

        it("names every queue where one rests", () => {
            const fate = fateOf(
                among({ jobs: dlx, a: {}, b: {} }, "quorum", {
                    ...fanout,
                    bindings: [binding(v, "dead", "a", ""), binding(v, "dead", "b", "")],
                }),
                "rejected",
            );
            expect(fate.end).toEqual({ kind: "queue", names: ["a", "b"] });
        });

        it("counts the one that survives", () => {
            const topology = among({ jobs: dlx, kept: {}, lost: { "x-message-ttl": 5 } }, "quorum", {
                ...fanout,
                bindings: [binding(v, "dead", "kept", ""), binding(v, "dead", "lost", "")],
            });
            expect(fateOf(topology, "rejected").end).toEqual({ kind: "queue", names: ["kept"] });
        });

        it("comes to an end where twenty queues expire into each other", () => {
            const names = Array.from({ length: 20 }, (_, index) => `q${index}`);
            const topology = among(
                Object.fromEntries(names.map((name) => [name, { ...dlx, "x-message-ttl": 5 }])),
                "classic",
                { ...fanout, bindings: names.map((name) => binding(v, "dead", name, "")) },
            );
            const fate = fateOf(topology, "expired", "q0");
            expect(new Set(fate.steps.map((step) => step.queue))).toEqual(new Set(names));
            expect(fate.end.kind).toBe("cycle");
        });
    });
});
