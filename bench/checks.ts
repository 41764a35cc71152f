import { performance } from "node:perf_hooks";
import { compile } from "../src/broker/compile/index.js";
import { check } from "../src/checks/index.js";
import {
    bytes,
    type Declaration,
    duration,
    type QueueDeclaration,
    service,
    type Topology,
} from "../src/model/index.js";

/**
 * How long all checks take on a topology of 10,000 queues, and on one twice as large: at most a second, and at most 2.2 times as long.
 * As many queues, bindings and policies as the compiler makes of 5,000 queues of work: each has a dead-letter queue, a policy of its own
 * and four bindings. Both in turn, several rounds, of which the fastest counts: what other programs do slows a round down, nothing
 * speeds it up.
 *
 * npm run bench:checks [rounds]
 */
const rounds = Number(process.argv[2] ?? 5);
const queues = 10_000;
const most = { seconds: 1, growth: 2.2 };

/** A sound topology; each service consumes some queues of work and publishes to those of another. */
function generated(queueCount: number, serviceCount: number): Topology {
    const work = Array.from({ length: queueCount / 2 }, (_, index) => index);
    const perService = Math.ceil(work.length / serviceCount);
    const keyOf = (index: number): string => `area${index % 40}.kind${index}.created`;
    const declaration: Declaration = {
        vhost: "large",
        exchanges: [
            { name: "events", type: "topic", alternate: "unrouted" },
            { name: "dead", type: "direct", alternate: "unrouted" },
            { name: "unrouted", type: "fanout" },
        ],
        queues: work.map(
            (index): QueueDeclaration => ({
                purpose: "work",
                name: `work.${index}`,
                sources: [
                    { exchange: "events", routingKey: keyOf(index) },
                    { exchange: "events", routingKey: `*.kind${index}.changed` },
                    { exchange: "events", routingKey: `area${index % 40}.kind${index}.deleted.#` },
                ],
                critical: index % 2 === 0,
                bound: { messages: 10_000, size: bytes("64 MiB") },
                retry: { attempts: 5, delay: duration("5 seconds"), delayLimit: duration("1 minute") },
                jobLimit: duration("1 minute"),
            }),
        ),
        services: [
            ...Array.from({ length: serviceCount }, (_, number) => {
                const own = work.slice(number * perService, (number + 1) * perService);
                return service(`service.${number}`, {
                    consumes: own.map((index) => ({
                        message: `kind${index}`,
                        queue: `work.${index}`,
                        prefetch: 8,
                        jobLimit: duration("1 minute"),
                    })),
                    publishes: own.map((index) => ({
                        message: `kind${index}`,
                        exchange: "events",
                        routingKey: keyOf((index + perService) % work.length),
                        persistent: true,
                        mandatory: true,
                        urgency: false,
                    })),
                });
            }),
            service("operator", { inspects: work.map((index) => `work.${index}.dlq`), redrives: true }),
        ],
        deadLetterExchange: "dead",
        retryExchange: { name: "retry", type: "topic" },
        retain: true,
    };
    return compile(declaration, "4.3");
}

function seconds(topology: Topology): number {
    const start = performance.now();
    check(topology);
    return (performance.now() - start) / 1_000;
}

const [once, twice] = [generated(queues, 500), generated(2 * queues, 1_000)];
const above = check(once).filter(({ severity }) => severity === "error");
if (above.length > 0) {
    throw new Error(`the generated topology is not sound: ${JSON.stringify(above.slice(0, 3))}`);
}
const pairs = Array.from({ length: rounds }, () => [seconds(once), seconds(twice)] as const);
const fastest = Math.min(...pairs.map(([first]) => first));
const fastestOfTwice = Math.min(...pairs.map(([, second]) => second));
const growth = fastestOfTwice / fastest;
console.log(
    `${once.queues.length} queues, ${once.bindings.length} bindings, ${once.policies.length} policies, ${once.services.length} services`,
);
console.log(`all checks       ${fastest.toFixed(3)} s (at most ${most.seconds} s)`);
console.log(
    `twice the size   ${fastestOfTwice.toFixed(3)} s, ${growth.toFixed(2)} times (at most ${most.growth} times)`,
);
process.exitCode = fastest <= most.seconds && growth <= most.growth ? 0 : 1;
