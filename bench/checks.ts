import { performance } from "node:perf_hooks";
import { check } from "../src/checks/index.js";
import type { Topology } from "../src/model/index.js";
import { generatedTopology } from "../tests/support/generatedTopology.js";

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

function seconds(topology: Topology): number {
    const start = performance.now();
    check(topology);
    return (performance.now() - start) / 1_000;
}

const [once, twice] = [generatedTopology(queues, 500), generatedTopology(2 * queues, 1_000)];
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
