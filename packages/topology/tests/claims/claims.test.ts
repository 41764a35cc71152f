import { describe, expect, it } from "vitest";
import { generatedTopology } from "../../../../tests/support/generatedTopology.ts";
import type { Claim, ClaimKind } from "../../src/claims/claim.ts";
import { claimsOf } from "../../src/claims/claims.ts";
import {
    type Arguments,
    binding,
    type Exchange,
    emptyTopology,
    exchange,
    type KnownVersion,
    type Queue,
    queue,
    type Topology,
} from "../../src/model/index.ts";
import { router } from "../../src/routing/routing.ts";

const vhost = "claims";

function topologyOf(
    queues: readonly Queue[],
    rest: Partial<Topology> = {},
    version: KnownVersion = "4.3",
): Topology {
    return { ...emptyTopology("4.3"), brokerVersion: version, vhosts: [{ name: vhost }], queues, ...rest };
}

function kindsOf(claims: readonly Claim[]): readonly ClaimKind[] {
    return claims.map(({ kind }) => kind).sort();
}

const parked = queue(vhost, "parked", "quorum", {
    arguments: { "x-max-length": 10, "x-overflow": "reject-publish" },
});

/** To the queue `parked` through the default exchange. */
const deadLetters = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "parked" };

const always = ["deadLettersRejected", "limitsDeliveries"] as const;

/** What each kind of queue promises in addition to the others, on three nodes. */
const queues: readonly (readonly [
    name: string,
    given: Partial<Queue> & Pick<Queue, "type">,
    version: KnownVersion,
    kinds: readonly ClaimKind[],
    unclaimed: readonly string[],
])[] = [
    [
        "a classic queue waits for its node",
        { type: "classic" },
        "4.3",
        ["deadLettersRejected", "waitsForNode"],
        [
            'classic queue "q": is on one node: transient messages are lost when it stops, all messages with its disk',
        ],
    ],
    [
        "an auto-delete queue promises nothing about nodes",
        { type: "classic", autoDelete: true },
        "4.3",
        ["deadLettersRejected"],
        ['classic queue "q": is deleted with its messages when its node stops or its users leave'],
    ],
    [
        "a quorum queue survives a node",
        { type: "quorum" },
        "4.3",
        [...always, "survivesNode", "urgentFirst"],
        [],
    ],
    [
        "a quorum queue of one member does not",
        { type: "quorum", arguments: { "x-quorum-initial-group-size": 1 } },
        "4.3",
        [...always, "urgentFirst", "waitsForNode"],
        ['quorum queue "q": has one member: all messages are lost with the disk of its node'],
    ],
    [
        "a quorum queue of two members needs both",
        { type: "quorum", arguments: { "x-quorum-initial-group-size": 2 } },
        "4.0",
        [...always, "urgentFirst", "waitsForNode"],
        [],
    ],
    ["a stream survives a node", { type: "stream" }, "4.3", ["survivesNode"], []],
    [
        "at least once, dead letters wait",
        {
            type: "quorum",
            arguments: {
                ...deadLetters,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
                "x-max-length": 5,
            },
        },
        "4.0",
        [...always, "keepsDeadLetters", "refusesWhenFull", "survivesNode", "urgentFirst"],
        [],
    ],
    [
        "at least once without reject-publish is at most once",
        { type: "quorum", arguments: { ...deadLetters, "x-dead-letter-strategy": "at-least-once" } },
        "4.3",
        [...always, "survivesNode", "urgentFirst"],
        [
            'quorum queue "q": dead-letters at most once: while a dead-letter queue is full or unavailable, its dead letters are lost',
        ],
    ],
    [
        "a bound without overflow drops the oldest",
        { type: "quorum", arguments: { "x-max-length": 5, "x-message-ttl": 5_000 } },
        "4.3",
        ["deadLettersRejected", "dropsOldest", "expires", "limitsDeliveries", "survivesNode", "urgentFirst"],
        [],
    ],
    [
        "a single active consumer gets messages in order",
        { type: "quorum", arguments: { "x-single-active-consumer": true } },
        "4.3",
        [...always, "keepsOrder", "survivesNode", "urgentFirst"].sort(),
        [],
    ],
    [
        "a classic queue with priorities",
        { type: "classic", arguments: { "x-max-priority": 5 } },
        "4.3",
        ["deadLettersRejected", "urgentFirst", "waitsForNode"],
        [
            'classic queue "q": is on one node: transient messages are lost when it stops, all messages with its disk',
        ],
    ],
] as readonly (readonly [
    string,
    Partial<Queue> & Pick<Queue, "type">,
    KnownVersion,
    readonly ClaimKind[],
    readonly string[],
])[];

describe("claims of a queue", () => {
    it.each(queues)("%s", (_, { type, ...rest }, version, kinds, unclaimed) => {
        const { claims, unclaimed: none } = claimsOf(
            topologyOf([queue(vhost, "q", type, rest), parked], {}, version),
        );
        const own = claims.filter((claim) => "queue" in claim && claim.queue === "q");
        expect({
            kinds: kindsOf(own),
            unclaimed: none.filter((each) => each.queue === "q").map(({ sentence }) => sentence),
        }).toEqual({ kinds: [...kinds].sort(), unclaimed });
    });

    it("promises no survival on fewer than three nodes", () => {
        const topology = topologyOf([queue(vhost, "q", "quorum"), queue(vhost, "s", "stream")]);
        for (const nodes of [1, 2]) {
            const { claims } = claimsOf(topology, { nodes });
            expect(claims.filter(({ kind }) => kind === "survivesNode")).toEqual([]);
            expect(claims.filter(({ kind }) => kind === "waitsForNode")).toHaveLength(2);
        }
    });

    it("knows the order of priorities of each version", () => {
        const order = (version: KnownVersion): readonly (readonly [string, number])[] =>
            claimsOf(topologyOf([queue(vhost, "q", "quorum")], {}, version)).claims.flatMap((claim) =>
                claim.kind === "urgentFirst" ? [[claim.order, claim.urgent] as const] : [],
            );
        expect([order("4.0"), order("4.3"), order("3.13")]).toEqual([[["shared", 5]], [["strict", 8]], []]);
    });
});

/** Exchanges with one binding each, and the message that reaches it. */
const exchanges: readonly (readonly [Exchange["type"], key: string, values: Arguments, sent: string])[] = [
    ["direct", "a.b", {}, 'with key "a.b"'],
    ["topic", "a.*.#", {}, 'with key "a.any-word"'],
    ["topic", "#", {}, 'with key ""'],
    ["fanout", "ignored", {}, 'with key "ignored"'],
    ["headers", "", { "x-match": "all", colour: "red" }, 'with the headers {"colour":"red"}'],
];

describe("claims of routes", () => {
    it.each(exchanges)("a %s exchange with the binding %j %j", (type, key, values, sent) => {
        const topology = topologyOf([queue(vhost, "q", "quorum")], {
            exchanges: [exchange(vhost, "x", type)],
            bindings: [binding(vhost, "x", "q", key, { arguments: values })],
        });
        const found = claimsOf(topology).claims.filter(({ kind }) => kind === "routes");
        expect(found.map(({ sentence }) => sentence)).toEqual([
            `a message to exchange "x" ${sent} reaches "q" and no other queue`,
        ]);
    });

    it("says what becomes of a message that no binding matches", () => {
        const topology = topologyOf([queue(vhost, "q", "quorum")], {
            exchanges: [
                exchange(vhost, "returns", "topic"),
                exchange(vhost, "parks", "topic", { arguments: { "alternate-exchange": "others" } }),
                exchange(vhost, "others", "fanout"),
                exchange(vhost, "empty", "fanout"),
            ],
            bindings: [binding(vhost, "others", "q", "")],
        });
        const found = claimsOf(topology).claims.filter(({ kind }) => kind === "handlesUnroutable");
        expect(found.map(({ sentence }) => sentence)).toEqual([
            'a mandatory message to exchange "empty" that no binding matches is returned',
            'a mandatory message to exchange "returns" that no binding matches is returned',
            'a message to exchange "parks" that no binding matches arrives in "q"',
        ]);
    });

    it("promises nothing about exchanges that choose at random", () => {
        const topology = topologyOf([queue(vhost, "q", "quorum"), queue(vhost, "r", "quorum")], {
            exchanges: [exchange(vhost, "x", "x-random")],
            bindings: [binding(vhost, "x", "q", ""), binding(vhost, "x", "r", "")],
        });
        expect(claimsOf(topology).claims.filter(({ kind }) => kind === "routes")).toEqual([]);
    });
});

describe("claims of a large topology", () => {
    const topology = generatedTopology(100, 5);
    const { claims } = claimsOf(topology);

    it("has one claim about lost nodes for each queue", () => {
        const about = claims.flatMap((claim) =>
            claim.kind === "survivesNode" || claim.kind === "waitsForNode" ? [claim.queue] : [],
        );
        expect([...about].sort()).toEqual(topology.queues.map(({ name }) => name).sort());
    });

    it("routes as the router does, and names every bound queue", () => {
        const route = router(topology);
        const named = claims.flatMap((claim) => {
            if (claim.kind !== "routes" && claim.kind !== "handlesUnroutable") {
                return [];
            }
            expect([...claim.queues]).toEqual([...route(claim)]);
            return [...claim.queues];
        });
        const bound = topology.bindings.filter(({ destinationType }) => destinationType === "queue");
        expect(new Set(named)).toEqual(new Set(bound.map(({ destination }) => destination)));
    });

    it("does not depend on the order of the lists", () => {
        const reversed = {
            ...topology,
            queues: [...topology.queues].reverse(),
            bindings: [...topology.bindings].reverse(),
            exchanges: [...topology.exchanges].reverse(),
        };
        expect(claimsOf(reversed).claims.map(({ sentence }) => sentence)).toEqual(
            claims.map(({ sentence }) => sentence),
        );
    });

    it("has a sentence of its own for each claim", () => {
        expect(new Set(claims.map(({ sentence }) => sentence)).size).toBe(claims.length);
    });
});
