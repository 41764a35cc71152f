import type { BrokerVersion } from "@spot-messaging/topology";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seed } from "../support/seed.ts";
import { type Disagreement, type TrialResult, tryImport } from "./importOracle/disagreement.ts";
import { type ImportBroker, importBroker, oraclePlugins } from "./importOracle/importBroker.ts";
import { shrunk } from "./importOracle/shrink.ts";
import { type ImportTrial, importTrials } from "./importOracle/trials.ts";
import { type OracleBroker, startOracle } from "./oracle/broker.ts";
import { onEveryVersion } from "./support/everyVersion.ts";

/**
 * Compares the import verdict with real brokers of the oldest and the newest supported version: valid definitions with one or two errors are
 * checked and imported. `npm run oracle:import -- --files 3000 --seed 7` tries more files, or others. A failure prints the smallest file that
 * still fails.
 *
 * Not proved here: several nodes; brokers that already have objects; other patch versions; users with the same name, which the broker imports
 * in parallel, with a random outcome; empty names of virtual hosts and users, which no request can delete.
 */
const files = Number(process.env["SPOT_FILES"] ?? 200);

/** The number of parallel imports. */
const parallelImports = 4;

onEveryVersion("the import verdict and RabbitMQ %s", (version) => {
    let oracle: OracleBroker;
    let broker: ImportBroker;

    beforeAll(async () => {
        oracle = await startOracle("import-oracle", version);
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
        const tryFile = await importOn(version, oracle, broker);
        const trials = importTrials(version, seed, files);
        let tried = 0;
        const started = Date.now();
        // Each worker draws its next file when it needs one: drawing all files first takes so long that the broker closes the idle connections.
        const worker = async (): Promise<void> => {
            for (const trial of trials) {
                running.add(trial.vhost);
                const result = await tryFile(trial);
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
        await Promise.all(Array.from({ length: parallelImports }, worker));
        process.stderr.write(
            `import oracle ${version}, seed ${seed}: ${files} files in ${Math.round((Date.now() - started) / 1000)} s, ${JSON.stringify(Object.fromEntries(outcomes))}, ${disagreements.length} disagreements\n`,
        );
        for (const each of disagreements.slice(0, 5)) {
            const { trial, ...sides } = await shrunk(each, tryFile);
            process.stderr.write(
                `${each.trial.name}\n${trial.text}\nbroker: ${sides.broker}\nverdict: ${sides.verdict}\n\n`,
            );
        }
        expect(disagreements.map(({ trial: { name } }) => name)).toEqual([]);
        // Both outcomes must occur; otherwise the agreement proves nothing.
        expect(outcomes.get("accepted") ?? 0).toBeGreaterThan(files / 5);
        expect(outcomes.get("refused") ?? 0).toBeGreaterThan(files / 5);
    });
});

/** Returns a function that imports a file and compares the outcome with the verdict, which knows the objects on the broker. */
async function importOn(
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
