import { performance } from "node:perf_hooks";
import { router, routes } from "../src/broker/routing.js";
import {
    type Binding,
    binding,
    type ExchangeType,
    exchange,
    queue,
    type Topology,
} from "../src/model/index.js";

/**
 * How long it takes to tell where a message goes in a topology with 10,000 bindings on one exchange: at most half a millisecond for a key,
 * and a tenth of a second before the first. A headers exchange compares every binding, here as in the broker, so its cost for a key grows
 * with them; the others' does not. Several rounds, of which the fastest counts: what other programs do slows a round down, nothing speeds
 * it up.
 *
 * npm run bench:routing [rounds]
 */
const rounds = Number(process.argv[2] ?? 5);
const bindings = 10_000;
const questions = 2_000;
const most = { keyMs: 0.5, indexMs: 100 };
const vhost = "large";

/** A queue for each ten bindings; one topic pattern in four has wildcards. */
function generated(type: ExchangeType, count: number): Topology {
    const each = Array.from({ length: count }, (_, index) => index);
    const queueOf = (index: number): string => `queue.${index % (count / 10)}`;
    return {
        brokerVersion: "4.3",
        vhosts: [{ name: vhost }],
        exchanges: [exchange(vhost, "in", "topic"), exchange(vhost, "hub", type)],
        queues: each.slice(0, count / 10).map((index) => queue(vhost, queueOf(index), "quorum")),
        bindings: [
            binding(vhost, "in", "hub", "#", { destinationType: "exchange" }),
            ...each.map(
                (index): Binding =>
                    binding(vhost, "hub", queueOf(index), patternOf(index), {
                        arguments:
                            type === "headers"
                                ? { "x-match": "all", kind: `k${index}`, area: index % 40 }
                                : {},
                    }),
            ),
        ],
        policies: [],
        operatorPolicies: [],
        users: [],
        permissions: [],
        topicPermissions: [],
        services: [],
        retries: {},
    };
}

function keyOf(index: number): string {
    return `area${index % 40}.kind${index}.created`;
}

function patternOf(index: number): string {
    switch (index % 12) {
        case 0:
            return `*.kind${index}.*`;
        case 4:
            return `area${index % 40}.kind${index}.#`;
        case 8:
            return `#.kind${index}.created`;
        default:
            return keyOf(index);
    }
}

interface Cost {
    /** To make the index: the first question of a topology. */
    readonly indexing: number;
    /** For one key, in milliseconds: where it goes, and the same with the ways there. */
    readonly queues: number;
    readonly paths: number;
}

function measure(topology: Topology, count: number): Cost {
    const messages = Array.from({ length: questions }, (_, index) => {
        const number = (index * 7_919) % count;
        const headers = { kind: `k${number}`, area: number % 40 };
        return { vhost, exchange: "in", routingKey: keyOf(number), headers };
    });
    const [first] = messages;
    if (first === undefined) {
        throw new Error("nothing to ask");
    }
    const begun = performance.now();
    const route = router(topology);
    route(first);
    const indexed = performance.now();
    for (const message of messages) {
        route(message);
    }
    const asked = performance.now();
    const explain = routes(topology);
    explain(first);
    const indexedAgain = performance.now();
    for (const message of messages) {
        explain(message);
    }
    return {
        indexing: indexed - begun,
        queues: (asked - indexed) / questions,
        paths: (performance.now() - indexedAgain) / questions,
    };
}

function fastest(type: ExchangeType, count: number): Cost {
    const topology = generated(type, count);
    const costs = Array.from({ length: rounds }, () => measure(topology, count));
    const least = (by: (cost: Cost) => number): number => Math.min(...costs.map(by));
    return {
        indexing: least(({ indexing }) => indexing),
        queues: least(({ queues }) => queues),
        paths: least(({ paths }) => paths),
    };
}

let isTooSlow = false;
for (const type of ["direct", "topic", "headers"] as const) {
    const [small, large] = [fastest(type, bindings), fastest(type, bindings * 2)];
    isTooSlow ||= small.paths > most.keyMs || small.indexing > most.indexMs;
    const micro = (ms: number): string => `${(ms * 1_000).toFixed(1)} us`;
    console.log(
        `${type.padEnd(8)} ${bindings} bindings: index ${small.indexing.toFixed(1)} ms, a key ${micro(small.queues)},`,
        `with its ways ${micro(small.paths)}; ${bindings * 2} bindings: index ${large.indexing.toFixed(1)} ms, a key ${micro(large.queues)}`,
    );
}
if (isTooSlow) {
    console.error(`too slow: at most ${most.indexMs} ms to index, then ${most.keyMs} ms for a key`);
    process.exitCode = 1;
}
