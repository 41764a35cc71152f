import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { duration } from "@spot-messaging/topology";
import { alertGroups } from "@spot-messaging/topology/alerts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokerOf, loadAccess } from "../../src/cli/access.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { serviceAlertGroups } from "../../src/monitoring/serviceAlerts.ts";
import { type Database, startDatabase } from "../chaos/database.ts";
import {
    alertPages,
    blocksOf,
    commandsOf,
    missingLines,
    operationPages,
    preamble,
} from "../unit/docs/runbooks.ts";
import { devTopology } from "../unit/environments.ts";
import { eventually } from "./support/eventually.ts";
import { freeStackPorts, portValues } from "./support/stackPorts.ts";

const stack = "runbooks";
const pages = [...alertPages, ...operationPages];
const isExecuted = (info: string): boolean => info === "sh" || info === "sh docker";

/** What a reader sets from the labels of an alert. */
const variables = {
    QUEUE: "analyzer.links",
    SERVICE: "analyzer.links",
    EXCHANGE: "spot.analysis",
    KEY: "analyze.job.links",
};

/** The account of all e-mails is complete only before messages are published here; what ends connections or containers comes last. */
function turnOf(command: string): number {
    return command.startsWith("npm run account") ? 0 : /^restart |close_all_user/.test(command) ? 2 : 1;
}

const commands = [
    ...new Set(
        pages.flatMap((page) =>
            blocksOf(page)
                .filter(({ info }) => isExecuted(info))
                .flatMap(commandsOf),
        ),
    ),
].sort((one, other) => turnOf(one) - turnOf(other));

const topology = devTopology("4.3", {});
const common = { topology, matchers: {}, target: "--stack dev" };
const groups = [
    ...alertGroups(topology, { ...common, nodes: 3 }),
    ...serviceAlertGroups({ ...common, analysisDeadline: duration("2 minutes") }),
];

/** The commands of RabbitMQ that the alerts' descriptions name, for one queue. What changes a cluster is not executed. */
const described = [
    ...new Set(
        groups
            .flatMap(({ alerts }) => alerts)
            .filter(({ labels }) => labels["queue"] === undefined || labels["queue"] === variables.QUEUE)
            .flatMap(({ description }) => [
                ...description
                    .replaceAll("{{ $labels.vhost }}", "spot")
                    .replaceAll("VHOST", "spot")
                    .replaceAll("{{ $labels.queue }}", variables.QUEUE)
                    .matchAll(/\brabbitmq(?:ctl|-\w+) [^,;]+?(?=, | and |;|\.? [A-Z(]|\.?$| adds )/g),
            ])
            .map(([command]) => command)
            .filter((command) => !/ (?:grow|forget_cluster_node)\b/.test(command)),
    ),
].sort();

const databaseQueries = pages.flatMap((page) =>
    blocksOf(page)
        .filter(({ info }) => info === "sql")
        .map(({ text }) => text),
);

/**
 * The commands of the runbooks on a whole dev stack with a dead letter and an unroutable message, with the functions for Docker. Those for
 * Kubernetes are in tests/kube/runbooks.test.ts. Not proved here: that a fix fixes; tests/chaos and tests/cluster break the parts.
 */
describe("the runbooks", () => {
    const outputs = new Map<string, string>();
    let folder: string;
    let environment: NodeJS.ProcessEnv;

    /** Runs a line in bash as a reader does, with the functions of the index. */
    async function run(line: string): Promise<{ readonly code: number; readonly output: string }> {
        const functions = preamble("docker").replaceAll(/\bdev\b/g, stack);
        return await new Promise((resolve) => {
            execFile(
                "bash",
                ["-eu", "-o", "pipefail", "-c", `${functions}\n${line} 2>&1`],
                { cwd: projectRoot, env: environment, maxBuffer: 50_000_000 },
                (error, output) => {
                    resolve({
                        code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
                        output,
                    });
                },
            );
        });
    }

    async function spot(...words: readonly string[]): Promise<void> {
        const { code, output } = await run(`node scripts/run.mjs ${words.join(" ")} --stack ${stack}`);
        expect(code, output).toBe(0);
    }

    /** A dead letter and an unroutable message, and waits until the broker counts them. */
    async function publishProblems(): Promise<void> {
        const access = await loadAccess(stack);
        if (access === undefined) {
            throw new Error(`stack "${stack}" does not run`);
        }
        const api = brokerOf(access);
        // Its consumer cannot read it, and dead-letters it.
        await api.publish("spot", "spot.retry", { routingKey: "analyzer.links", payload: "x" });
        await api.publish("spot", "spot.analysis", { routingKey: "nowhere", payload: "x" });
        await eventually("both messages", async () => {
            const queues = await api.listQueues("spot");
            const full = queues.filter(({ messages_ready: ready }) => ready > 0).map(({ name }) => name);
            return full.includes("analyzer.links.dlq") && full.includes("unrouted") ? true : undefined;
        });
    }

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "runbooks-"));
        const files = {
            BACKUP: join(folder, "spot.backup"),
            PASSPHRASE: join(folder, "passphrase"),
            AUDIT: join(folder, "audit.jsonl"),
        };
        await writeFile(files.PASSPHRASE, "correct horse battery\n", { mode: 0o600 });
        environment = { ...process.env, ...variables, ...files };
        const lines = Object.entries(portValues(await freeStackPorts())).map(
            ([key, value]) => `    spot-messaging:${key}: ${value}`,
        );
        await writeFile(join(projectRoot, `Pulumi.${stack}.yaml`), `config:\n${lines.join("\n")}\n`);
        await spot("start", "services/samples/plain.eml");
    }, 600_000);

    afterAll(async () => {
        await spot("stop");
        await rm(join(projectRoot, `Pulumi.${stack}.yaml`), { force: true });
        await rm(folder, { recursive: true, force: true });
    });

    it.each(commands)("have a command that works: %s", async (command) => {
        if (turnOf(command) > 0 && ![...outputs.keys()].some((each) => turnOf(each) > 0)) {
            await publishProblems();
        }
        const { code, output } = await run(command);
        outputs.set(command, output);
        // These exit with 1 if they show problems or differences; the messages published here are some.
        const hasFindings = /^npx topology (?:top|check|drift|dead|redrive) /.test(command) && code === 1;
        expect(hasFindings ? 0 : code, output).toBe(0);
        expect(output).not.toMatch(/^\s+at /m);
    });

    it.each(described)("have alerts that describe a command that works: %s", async (command) => {
        const { code, output } = await run(`in_node sh -c ${JSON.stringify(command)}`);
        expect(code, output).toBe(0);
    });

    it("are many, and ask for each part of the broker", () => {
        expect(described.length).toBeGreaterThan(12);
        expect(databaseQueries.length).toBe(1);
    });

    it.each(databaseQueries)("have a query that the database answers: %s", async (query) => {
        const docker = await connectContainerEngine(() => undefined);
        const place = {
            name: `spot-messaging-${stack}-postgres`,
            network: `spot-messaging-${stack}-services`,
            labels: {},
        };
        const database: Database = await startDatabase(docker, place, () => undefined);
        try {
            expect(await database.query(query)).toBe("");
        } finally {
            await database.container.remove({ force: true, v: true });
        }
    });

    it.each(pages)("show the output that the commands have: %s", (page) => {
        let real = "";
        for (const { info, text } of blocksOf(page)) {
            if (info === "text") {
                expect(missingLines(text, real), real).toEqual([]);
                real = "";
            } else if (isExecuted(info)) {
                real += commandsOf({ info, text })
                    .map((command) => outputs.get(command))
                    .join("\n");
            }
        }
    });
});
