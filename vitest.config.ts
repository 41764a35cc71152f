import { defineConfig } from "vitest/config";
import { SlowFilesFirst } from "./tests/support/slowFilesFirst.ts";

/** Projects that need a broker or an engine are slow. */
const live = {
    pool: "forks",
    testTimeout: 120_000,
    hookTimeout: 300_000,
} as const;

/** One file at a time, because they share an API server or this machine's memory. */
const alone = { fileParallelism: false } as const;

/** The packages of this repository are tested as they are written, without a build. */
const conditions = ["@spot-messaging/source", "node"];

export default defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    // Where a globalSetup file runs.
    environments: { __vitest__: { resolve: { conditions } } },
    test: {
        sequence: { sequencer: SlowFilesFirst },
        projects: [
            {
                extends: true,
                test: {
                    name: "unit",
                    setupFiles: ["tests/support/seed.ts"],
                    include: ["tests/**/*.test.ts", "packages/*/tests/**/*.test.ts"],
                    exclude: ["broker", "cluster", "engine", "faults", "kube", "alerts", "packages"].map(
                        (name) => `tests/${name}/**`,
                    ),
                    pool: "forks",
                    // Unit tests share no port and no file, so every processor runs one worker.
                    maxWorkers: "100%",
                    // None waits for anything; a busy machine is slow at drawing fifty pictures.
                    testTimeout: 60_000,
                    hookTimeout: 60_000,
                },
            },
            {
                extends: true,
                test: {
                    name: "packages",
                    globalSetup: ["tests/packages/support/setup.ts"],
                    include: ["tests/packages/**/*.test.ts"],
                    pool: "forks",
                    // Installing from the registry and starting a browser depend on more than this machine.
                    testTimeout: 120_000,
                    hookTimeout: 300_000,
                },
            },
            {
                extends: true,
                test: {
                    name: "alerts",
                    include: ["tests/alerts/**/*.test.ts"],
                    pool: "forks",
                    testTimeout: 30_000,
                },
            },
            {
                extends: true,
                test: {
                    name: "broker",
                    setupFiles: ["tests/support/seed.ts"],
                    include: ["tests/broker/**/*.test.ts"],
                    ...live,
                    // Two files together need half an hour less on a quiet machine, but a starved broker then closes connections.
                    ...alone,
                },
            },
            {
                extends: true,
                test: {
                    name: "kube",
                    globalSetup: ["tests/kube/support/setup.ts"],
                    include: ["tests/kube/**/*.test.ts"],
                    ...live,
                    ...alone,
                },
            },
            ...[
                { name: "cluster", file: "short" },
                { name: "experiments", file: "complete" },
            ].map(({ name, file }) => ({
                extends: true,
                test: {
                    name,
                    include: [`tests/cluster/${file}.test.ts`],
                    ...live,
                    // One experiment waits until Kubernetes starts the pods of a lost node elsewhere; starting everything takes minutes.
                    testTimeout: 900_000,
                    hookTimeout: 1_800_000,
                },
            })),
            {
                extends: true,
                test: {
                    name: "faults",
                    include: ["tests/faults/complete.test.ts"],
                    ...live,
                    ...alone,
                    // One experiment starts all nodes one by one, under load.
                    testTimeout: 600_000,
                },
            },
            {
                extends: true,
                test: {
                    name: "engine",
                    include: ["tests/engine/**/*.test.ts"],
                    ...live,
                    ...alone,
                    // Two hundred resources, several times.
                    testTimeout: 900_000,
                },
            },
        ],
    },
});
