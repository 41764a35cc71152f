import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type * as Checks from "@spot-messaging/topology/check";
import { bundled } from "../scripts/bundle.mjs";
import { generatedTopology } from "../tests/support/generatedTopology.ts";
import { type Cost, costOf, deciding, least } from "./cost.ts";

/**
 * Measures all checks on a topology of 10,000 queues and on one twice as large: at most a second, and at most 2.2 times as long.
 * The queues, bindings and policies are those that the compiler makes of 5,000 work queues: each has a dead-letter queue, its own policy
 * and four bindings. Each check runs in its own process, as for users, so that the time includes the compilation of its code and no garbage
 * of others. Both sizes run in turn, for several rounds, and the smaller of elapsed and CPU time counts. The limit applies to the fastest
 * round; the growth is calculated from all rounds.
 *
 * npm run bench:checks [rounds]
 */
const inOneProcess = "--in-this-process";
const [argument, size] = process.argv.slice(2);
const queues = 10_000;
const most = { seconds: 1, growth: 2.2 };

interface Checked {
    readonly cost: Cost;
    readonly size: string;
}

async function checkOnce(queueCount: number): Promise<Checked> {
    // The same way as `npx topology` loads it.
    const bundle = await bundled("checks", { entry: "packages/topology/src/exports/check.ts" });
    const entry = bundle?.entry ?? "../packages/topology/src/exports/check.ts";
    const { check } = (await import(entry)) as typeof Checks; // Its path is known only here.
    const topology = generatedTopology(queueCount, queueCount / 20);
    let errors = 0;
    const cost = costOf(() => {
        errors = check(topology).filter(({ severity }) => severity === "error").length;
    });
    if (errors > 0) {
        throw new Error(`the generated topology has errors: ${errors} errors`);
    }
    const { bindings, policies, services } = topology;
    return {
        cost,
        size: `${topology.queues.length} queues, ${bindings.length} bindings, ${policies.length} policies, ${services.length} services`,
    };
}

function inAProcessOfItsOwn(queueCount: number): Checked {
    const words = [...process.execArgv, fileURLToPath(import.meta.url), inOneProcess, String(queueCount)];
    return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" })) as Checked; // The output of checkOnce.
}

function total(all: readonly Checked[]): number {
    return all.reduce((sum, { cost }) => sum + deciding(cost), 0);
}

/** In seconds. */
function formatCost(all: readonly Checked[]): string {
    const { wall, cpu } = least(all.map(({ cost }) => cost));
    return `${(wall / 1_000).toFixed(3)} s, ${(cpu / 1_000).toFixed(3)} s of the processors`;
}

function compare(rounds: number): void {
    const once: Checked[] = [];
    const twice: Checked[] = [];
    for (let round = 0; round < rounds; round += 1) {
        once.push(inAProcessOfItsOwn(queues));
        twice.push(inAProcessOfItsOwn(2 * queues));
    }
    const fastest = deciding(least(once.map(({ cost }) => cost)));
    const growth = total(twice) / total(once);
    console.log(once[0]?.size);
    console.log(`all checks       ${formatCost(once)} (at most ${most.seconds} s)`);
    console.log(
        `twice the size   ${formatCost(twice)}, ${growth.toFixed(2)} times (at most ${most.growth} times)`,
    );
    process.exitCode = fastest <= most.seconds * 1_000 && growth <= most.growth ? 0 : 1;
}

if (argument === inOneProcess) {
    console.log(JSON.stringify(await checkOnce(Number(size))));
} else {
    compare(Number(argument ?? 11));
}
