import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { named } from "../../../../tests/unit/found.ts";
import { type Arguments, binding, exchange, queue } from "../../src/model/index.ts";
import { type DeadLetter, type DeadLetterHop, deadLetterHops } from "../../src/routing/deadLetters.ts";
import { topologyOf } from "./topologies.ts";

/** Wants headers that begin with `x-`, too. */
function withX(wanted: Arguments): Arguments {
    return { "x-match": "all-with-x", ...wanted };
}

describe("deadLetterHops", () => {
    const hopWith = (
        args: Arguments,
        keys: readonly string[],
        letter?: Partial<DeadLetter>,
    ): DeadLetterHop | undefined => {
        const source = queue("v", "jobs", "quorum", { arguments: args });
        const topology = topologyOf({
            exchanges: [exchange("v", "in", "direct"), exchange("v", "dead", "direct")],
            queues: [source, queue("v", "own", "quorum"), queue("v", "by key", "quorum")],
            bindings: [
                ...keys.map((key) => binding("v", "in", "jobs", key)),
                binding("v", "dead", "own", "jobs"),
                binding("v", "dead", "by key", "k"),
            ],
        });
        return deadLetterHops(topology)(source, letter);
    };
    const exchangeArgument = { "x-dead-letter-exchange": "dead" };

    it.each<[string, Arguments, readonly string[], DeadLetterHop | undefined]>([
        ["no dead-letter exchange: dropped", {}, ["k"], undefined],
        [
            "with a key of its own",
            { ...exchangeArgument, "x-dead-letter-routing-key": "jobs" },
            ["k"],
            { exchange: "dead", routingKeys: ["jobs"], queues: ["own"] },
        ],
        [
            "without one: the keys it was bound with, each once",
            exchangeArgument,
            ["k", "jobs", "k"],
            { exchange: "dead", routingKeys: ["k", "jobs"], queues: ["by key", "own"] },
        ],
        [
            "without one and unbound: its name, by which the default exchange knows it",
            exchangeArgument,
            [],
            { exchange: "dead", routingKeys: ["jobs"], queues: ["own"] },
        ],
        [
            "through the default exchange",
            { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "own" },
            [],
            { exchange: "", routingKeys: ["own"], queues: ["own"] },
        ],
        [
            "to an exchange that does not exist",
            { "x-dead-letter-exchange": "nowhere", "x-dead-letter-routing-key": "own" },
            [],
            { exchange: "nowhere", routingKeys: ["own"], queues: [] },
        ],
    ])("%s", (_, args, keys, expected) => {
        expect(hopWith(args, keys)).toEqual(expected);
    });

    describe("through a headers exchange", () => {
        const source = queue("v", "jobs", "quorum", { arguments: exchangeArgument });
        const hopBy = (wanted: Arguments, letter?: Partial<DeadLetter>): readonly string[] | undefined => {
            const topology = topologyOf({
                exchanges: [exchange("v", "in", "direct"), exchange("v", "dead", "headers")],
                queues: [source, queue("v", "dlq", "quorum")],
                bindings: [
                    binding("v", "in", "jobs", "k"),
                    binding("v", "dead", "dlq", "", { arguments: wanted }),
                ],
            });
            return deadLetterHops(topology)(source, letter)?.queues;
        };

        it.each<[string, Arguments, readonly string[]]>([
            ["may have a header that nothing is known of", { kind: "invoice" }, ["dlq"]],
            [
                "may have been dead-lettered from another queue before",
                withX({ "x-first-death-queue": "other" }),
                ["dlq"],
            ],
            ["was last dead-lettered from its queue", withX({ "x-last-death-queue": "jobs" }), ["dlq"]],
            ["was not last dead-lettered from another queue", withX({ "x-last-death-queue": "other" }), []],
            ["meets no binding that wants nothing of any", { "x-match": "any" }, []],
        ])("an unknown message %s", (_, wanted, queues) => {
            expect(hopBy(wanted)).toEqual(queues);
        });

        it.each<[string, Arguments, readonly string[]]>([
            ["its own headers", { kind: "invoice" }, ["dlq"]],
            ["its own headers, not others", { kind: "order" }, []],
            ["the first queue", withX({ "x-first-death-queue": "first" }), ["dlq"]],
            ["the first cause", withX({ "x-first-death-reason": "expired" }), ["dlq"]],
            ["the first exchange", withX({ "x-first-death-exchange": "start" }), ["dlq"]],
            ["the last queue", withX({ "x-last-death-queue": "jobs" }), ["dlq"]],
            ["the last cause", withX({ "x-last-death-reason": "rejected" }), ["dlq"]],
            ["the last cause, not another", withX({ "x-last-death-reason": "expired" }), []],
            ["the last exchange", withX({ "x-last-death-exchange": "in" }), ["dlq"]],
            [
                "nothing of its deaths where they are not compared",
                { "x-last-death-reason": "expired" },
                ["dlq"],
            ],
        ])("a known message is taken by %s", (_, wanted, queues) => {
            const letter: DeadLetter = {
                routingKeys: ["k"],
                headers: { kind: "invoice" },
                deaths: [{ queue: "first", cause: "expired", exchange: "start" }],
                cause: "rejected",
                exchange: "in",
            };
            expect(hopBy(wanted, letter)).toEqual(queues);
        });
    });

    it("reads no key from the headers of a dead letter", () => {
        const copied = { routingKeys: ["k", "jobs"], headers: { CC: ["jobs"] } };
        const [withKey, without] = ["k", undefined].map((key) => {
            const args = { ...exchangeArgument, ...(key && { "x-dead-letter-routing-key": key }) };
            return hopWith(args, ["k"], copied);
        });
        expect(withKey).toEqual({ exchange: "dead", routingKeys: ["k"], queues: ["by key"] });
        expect(without).toEqual({
            exchange: "dead",
            routingKeys: ["k", "jobs"],
            queues: ["by key", "own"],
        });
    });

    it.each(["4.0", "4.3"] as const)(
        "leads from each work queue of the dev stack on %s to its own dlq",
        (version) => {
            const topology = sampleTopology(version);
            const work = topology.queues.filter(({ purpose }) => purpose === "work");
            const hops = work.map((each) => deadLetterHops(topology)(each));
            expect(hops).toEqual(
                work.map(({ name }) => ({
                    exchange: "spot.dead-letter",
                    routingKeys: [name],
                    queues: [`${name}.dlq`],
                })),
            );
        },
    );

    it("leads from a delay queue of 4.0 back to its work queue", () => {
        const topology = sampleTopology("4.0");
        expect(deadLetterHops(topology)(named(topology.queues, "analyzer.links.retry.2"))).toEqual({
            exchange: "spot.retry",
            routingKeys: ["analyzer.links"],
            queues: ["analyzer.links"],
        });
    });
});
