import {
    type Binding,
    binding,
    type ExchangeType,
    emptyTopology,
    exchange,
    queue,
    type Topology,
} from "@spot-messaging/topology";
import { router, routes } from "@spot-messaging/topology/broker";
import { type Cost, costOf, deciding, least } from "./cost.ts";

/**
 * Measures routing in a topology with 10,000 bindings on one exchange: at most half a millisecond for a routing key, and a tenth of a
 * second before the first, for every exchange type. The fastest of several rounds counts, and the smaller of elapsed and CPU time. CPU
 * times are in brackets.
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
        ...emptyTopology("4.3"),
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

/** The cost of a topology. */
interface Costs {
    /** To build the index, with the first query. */
    readonly indexing: Cost;
    /** All queries: the queues of each message, and the same with the paths. */
    readonly queues: Cost;
    readonly paths: Cost;
}

function measure(topology: Topology, count: number): Costs {
    const messages = Array.from({ length: questions }, (_, index) => {
        const number = (index * 7_919) % count;
        const headers = { kind: `k${number}`, area: number % 40 };
        return { vhost, exchange: "in", routingKey: keyOf(number), headers };
    });
    const [first] = messages;
    if (first === undefined) {
        throw new Error("nothing to ask");
    }
    let route = router(topology);
    const explain = routes(topology);
    explain(first);
    return {
        indexing: costOf(() => {
            // A copy, because the index is cached with the topology.
            route = router({ ...topology });
            route(first);
        }),
        queues: costOf(() => {
            for (const message of messages) {
                route(message);
            }
        }),
        paths: costOf(() => {
            for (const message of messages) {
                explain(message);
            }
        }),
    };
}

function fastest(type: ExchangeType, count: number): Costs {
    const topology = generated(type, count);
    const costs = Array.from({ length: rounds }, () => measure(topology, count));
    return {
        indexing: least(costs.map(({ indexing }) => indexing)),
        queues: least(costs.map(({ queues }) => queues)),
        paths: least(costs.map(({ paths }) => paths)),
    };
}

function inMilliseconds({ wall, cpu }: Cost): string {
    return `${wall.toFixed(1)} ms (${cpu.toFixed(1)})`;
}

/** The time of one query, in microseconds. */
function each({ wall, cpu }: Cost): string {
    const micro = (ms: number): string => ((ms / questions) * 1_000).toFixed(1);
    return `${micro(wall)} us (${micro(cpu)})`;
}

let isTooSlow = false;
for (const type of ["direct", "topic", "headers"] as const) {
    for (const count of [bindings, bindings * 2]) {
        const { indexing, queues, paths } = fastest(type, count);
        isTooSlow ||=
            count === bindings &&
            (deciding(paths) > most.keyMs * questions || deciding(indexing) > most.indexMs);
        console.log(
            `${type.padEnd(8)} ${count} bindings: index ${inMilliseconds(indexing)}, a key ${each(queues)}, with its ways ${each(paths)}`,
        );
    }
}
if (isTooSlow) {
    console.error(`too slow: at most ${most.indexMs} ms to index, then ${most.keyMs} ms for a key`);
    process.exitCode = 1;
}
