import { check } from "../src/checks/index.js";
import { generatedTopology } from "../tests/support/generatedTopology.js";
import { type Cost, costOf, deciding, least } from "./cost.js";

/**
 * How long all checks take on a topology of 10,000 queues, and on one twice as large: at most a second, and at most 2.2 times as long.
 * As many queues, bindings and policies as the compiler makes of 5,000 queues of work: each has a dead-letter queue, a policy of its own
 * and four bindings. Both in turn, several rounds, by the time that passed or by the processors', whichever is less. Of the times the
 * fastest counts; of the growth all rounds together but the first, in which the code is compiled: garbage of both sizes is collected in
 * rounds of either.
 *
 * npm run bench:checks [rounds]
 */
const rounds = Number(process.argv[2] ?? 11);
const queues = 10_000;
const most = { seconds: 1, growth: 2.2 };

function total(costs: readonly Cost[]): number {
    return costs.reduce((sum, cost) => sum + deciding(cost), 0);
}

/** In seconds. */
function told({ wall, cpu }: Cost): string {
    return `${(wall / 1_000).toFixed(3)} s, ${(cpu / 1_000).toFixed(3)} s of the processors`;
}

const [once, twice] = [generatedTopology(queues, 500), generatedTopology(2 * queues, 1_000)];
const above = check(once).filter(({ severity }) => severity === "error");
if (above.length > 0) {
    throw new Error(`the generated topology is not sound: ${JSON.stringify(above.slice(0, 3))}`);
}
const pairs = Array.from(
    { length: rounds + 1 },
    // Copies, since what was worked out for a topology is remembered with it.
    () => [costOf(() => check({ ...once })), costOf(() => check({ ...twice }))] as const,
);
const fastest = least(pairs.map(([first]) => first));
const fastestOfTwice = least(pairs.map(([, second]) => second));
const warm = pairs.slice(1);
const growth = total(warm.map(([, second]) => second)) / total(warm.map(([first]) => first));
console.log(
    `${once.queues.length} queues, ${once.bindings.length} bindings, ${once.policies.length} policies, ${once.services.length} services`,
);
console.log(`all checks       ${told(fastest)} (at most ${most.seconds} s)`);
console.log(
    `twice the size   ${told(fastestOfTwice)}, ${growth.toFixed(2)} times (at most ${most.growth} times)`,
);
process.exitCode = deciding(fastest) <= most.seconds * 1_000 && growth <= most.growth ? 0 : 1;
