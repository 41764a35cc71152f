import type { BrokerVersion } from "@spot-messaging/topology";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seed } from "../support/seed.ts";
import { type Disagreement, type TrialResult, tryImport } from "./importOracle/disagreement.ts";
import { type ImportBroker, importBroker, oraclePlugins } from "./importOracle/importBroker.ts";
import { shrunk } from "./importOracle/shrink.ts";
import { type ImportTrial, importTrials } from "./importOracle/trials.ts";
import { type OracleBroker, startOracle } from "./oracle/broker.ts";

/**
 * The verdict of an import against real brokers, the oldest and the newest that are supported: sound definitions with one or two things
 * wrong, imported and judged. `npm run oracle:import -- --files 3000 --seed 7` tries more and others; a failure prints a file that is as small
 * as it gets.
 *
 * Not proved: what several nodes do; brokers that have objects already; patches other than these images'; users of one name, whom the broker
 * imports at the same time, so that the outcome is chance; names of virtual hosts and users that are empty, which no request can delete.
 */
const files = Number(process.env["SPOT_FILES"] ?? 200);

/** How many files are imported at once. */
const atOnce = 4;

describe.each(["4.3", "4.0"] as const)("the import verdict and RabbitMQ %s", (version) => {
    let oracle: OracleBroker;
    let broker: ImportBroker;

    beforeAll(async () => {
        oracle = await startOracle(version);
        await oracle.enablePlugins(...oraclePlugins);
        broker = await importBroker(oracle);
    });

    afterAll(async () => {
        await oracle.remove();
    });

    it("agree on every file", { timeout: 60_000 + files * 500 }, async () => {
        const outcomes = new Map<string, number>();
        const disagreements: Disagreement[] = [];
        const running = new Set<string>();
        const judge = await judgeOn(version, oracle, broker);
        const trials = importTrials(version, seed, files);
        let tried = 0;
        const started = Date.now();
        // Each draws its next file when it needs it: drawing all at once would keep the connections waiting until the broker closes them.
        const worker = async (): Promise<void> => {
            for (const trial of trials) {
                running.add(trial.vhost);
                const result = await judge(trial);
                running.delete(trial.vhost);
                if (typeof result === "object") {
                    disagreements.push(result);
                } else {
                    outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
                }
                if (++tried % 100 === 0) {
                    await broker.sweep((name) => [...running].some((each) => name.startsWith(each)));
                }
            }
        };
        await Promise.all(Array.from({ length: atOnce }, worker));
        process.stderr.write(
            `import oracle ${version}, seed ${seed}: ${files} files in ${Math.round((Date.now() - started) / 1000)} s, ${JSON.stringify(Object.fromEntries(outcomes))}, ${disagreements.length} disagreements\n`,
        );
        for (const each of disagreements.slice(0, 5)) {
            const { trial, ...sides } = await shrunk(each, judge);
            process.stderr.write(
                `${each.trial.name}\n${trial.text}\nbroker: ${sides.broker}\nverdict: ${sides.verdict}\n\n`,
            );
        }
        expect(disagreements.map(({ trial: { name } }) => name)).toEqual([]);
        // Neither of the two may win because nothing was tried.
        expect(outcomes.get("accepted") ?? 0).toBeGreaterThan(files / 5);
        expect(outcomes.get("refused") ?? 0).toBeGreaterThan(files / 5);
    });
});

/** Judges a file with what the broker has before it. */
async function judgeOn(
    version: BrokerVersion,
    { api }: OracleBroker,
    broker: ImportBroker,
): Promise<(trial: ImportTrial) => Promise<TrialResult>> {
    const { users, vhosts } = await api.definitions();
    const namesOf = (objects: unknown): readonly string[] =>
        (objects as readonly { readonly name: string }[]).map(({ name }) => name);
    const known = {
        users: namesOf(users),
        vhosts: namesOf(vhosts),
        plugins: oraclePlugins,
        defaultQueueType: "quorum",
        hasObjects: false,
    } as const;
    return (trial) => tryImport(trial, broker, version, known);
}
