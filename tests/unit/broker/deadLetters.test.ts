import { describe, expect, it } from "vitest";
import { type DeadLetterHop, deadLetterHops } from "../../../src/broker/deadLetters.js";
import { type Arguments, binding, exchange, queue } from "../../../src/model/index.js";
import { devTopology } from "../environments.js";
import { named } from "../found.js";
import { topologyOf } from "./topologies.js";

describe("deadLetterHops", () => {
    const hopWith = (args: Arguments, keys: readonly string[]): DeadLetterHop | undefined => {
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
        return deadLetterHops(topology)(source);
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

    it.each(["4.0", "4.3"] as const)(
        "leads from each work queue of the dev stack on %s to its own dlq",
        (version) => {
            const topology = devTopology(version);
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
        const topology = devTopology("4.0");
        expect(deadLetterHops(topology)(named(topology.queues, "analyzer.links.retry.2"))).toEqual({
            exchange: "spot.retry",
            routingKeys: ["analyzer.links"],
            queues: ["analyzer.links"],
        });
    });
});
