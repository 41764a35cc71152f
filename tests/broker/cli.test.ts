import { type ExecFileException, execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { connectContainerEngine } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../src/cli/project.ts";
import { freeStackPorts, portValues, type StackPorts } from "./support/stackPorts.ts";

const stack = "clitest";
const stackFile = join(projectRoot, `Pulumi.${stack}.yaml`);

interface Ended {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a command as a person does. */
async function spot(...args: readonly string[]): Promise<Ended> {
    return await new Promise((resolve) => {
        execFile(
            process.execPath,
            ["scripts/run.mjs", ...args],
            { cwd: projectRoot, maxBuffer: 50_000_000 },
            (error: ExecFileException | null, stdout, stderr) => {
                resolve({
                    code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
                    stdout,
                    stderr,
                });
            },
        );
    });
}

async function writeStack(ports: StackPorts, values: Readonly<Record<string, string>> = {}): Promise<void> {
    const lines = Object.entries({ ...portValues(ports), ...values }).map(
        ([key, value]) => `    spot-messaging:${key}: ${value}`,
    );
    await writeFile(stackFile, `config:\n${lines.join("\n")}\n`);
}

/** The commands on a stack of this test. Its file is in the project's folder during the test. */
describe("the commands", () => {
    let docker: Docker;
    let ports: StackPorts;

    beforeAll(async () => {
        docker = await connectContainerEngine(() => undefined);
        ports = await freeStackPorts();
    });

    afterEach(async () => {
        await spot("stop", "--stack", stack);
        await rm(stackFile, { force: true });
    });

    /** Everything of the stack that the container engine knows. */
    async function leftOvers(): Promise<readonly string[]> {
        const filters = { name: [`spot-messaging-${stack}`] };
        const containers = await docker.listContainers({ all: true, filters });
        const networks = await docker.listNetworks({ filters });
        const { Volumes: volumes } = await docker.listVolumes({ filters });
        return [
            ...containers.flatMap(({ Names: names }) => names),
            ...networks.map(({ Name: name }) => name),
            ...volumes.map(({ Name: name }) => name),
        ];
    }

    it("start, status and stop a stack without leaving anything behind", async () => {
        await writeStack(ports);
        const started = await spot("start", "--stack", stack, "services/samples/phishing.eml");
        expect(started, started.stderr).toMatchObject({ code: 0 });
        expect(started.stdout).toMatch(/phishing\.eml.*malicious/);
        expect(started.stdout).toContain(`http://127.0.0.1:${ports.managementPort}/`);
        expect(started.stdout).toContain(`upload page      http://127.0.0.1:${ports.gatewayPort}/`);

        const status = await spot("status", "--stack", stack, "--json");
        expect(status, status.stderr).toMatchObject({ code: 0 });
        const { broker, queues, analyses } = JSON.parse(status.stdout) as Record<string, unknown>;
        expect(broker).toEqual({ version: expect.stringMatching(/^4\.3\./) as unknown, nodes: 1 });
        expect(analyses).toEqual({ submitted: 1, completed: 1, failed: 0, deadLettered: 0 });
        expect(queues).toContainEqual({ name: "analyzer.links", ready: 0, unacknowledged: 0, consumers: 1 });

        const again = await spot("start", "--stack", stack, "services/samples/plain.eml");
        expect(again, again.stderr).toMatchObject({ code: 0 });

        const stopped = await spot("stop", "--stack", stack);
        expect(stopped).toMatchObject({ code: 0 });
        expect(await leftOvers()).toEqual([]);

        const afterStop = await spot("status", "--stack", stack);
        expect(afterStop.code).toBe(1);
        expect(afterStop.stderr).toContain(`stack "${stack}" does not run`);
    }, 300_000);

    it("report every problem of a stack file, and start nothing", async () => {
        await writeStack(ports, {
            retryDelay: "5 bananas",
            analyzers: "[headers, lynx, headers]",
            nodes: "2",
            analysisDedline: "1 minute",
        });
        const { code, stderr } = await spot("start", "--stack", stack);
        expect(code).toBe(2);
        const place = `- Pulumi.${stack}.yaml: key "spot-messaging:`;
        expect(stderr.split("\n").filter((line) => line.startsWith("- "))).toEqual([
            `${place}analysisDedline" is unknown; did you mean "analysisDeadline"?`,
            `${place}analyzers" names "headers" more than once; name each analyzer once`,
            `${place}analyzers" names the unknown analyzer "lynx"; did you mean "links"?`,
            `${place}nodes" has the value 2; write 1 or 3: with 2 nodes, the loss of either one stops the cluster`,
            `${place}retryDelay" has the value "5 bananas"; write a duration above zero and below 50 days, such as "30 seconds" or "5 minutes"`,
        ]);
        expect(stderr).not.toMatch(/^\s+at /m);
        expect(await leftOvers()).toEqual([]);
    });

    it("name a port that is taken, and remove what was started", async () => {
        await writeStack(ports);
        const server = createServer().listen(ports.managementPort, "127.0.0.1");
        try {
            const { code, stderr } = await spot("start", "--stack", stack);
            expect(code).toBe(1);
            expect(stderr).toContain(String(ports.managementPort));
            expect(stderr).not.toMatch(/^\s+at /m);
            expect(await leftOvers()).toEqual([]);
        } finally {
            server.close();
        }
    });

    it("name an image that cannot be had", async () => {
        await writeStack(ports, { brokerImage: "registry.invalid/rabbitmq:4.3" });
        const { code, stderr } = await spot("start", "--stack", stack);
        expect(code).toBe(1);
        expect(stderr).toContain('image "registry.invalid/rabbitmq:4.3"');
        expect(stderr).not.toMatch(/^\s+at /m);
        expect(await leftOvers()).toEqual([]);
    });

    it.each([
        {
            args: ["start", "--stack", "nowhere"],
            sentence: 'stack "nowhere" has no file Pulumi.nowhere.yaml',
        },
        { args: ["start", "--stack", "prod"], sentence: 'stack "prod" has cluster "kubernetes"' },
        { args: ["start", "no/such/mail.eml"], sentence: 'path "no/such/mail.eml" does not exist' },
        { args: ["dance"], sentence: "unknown command 'dance'" },
    ])("refuse $args with exit code 2", async ({ args, sentence }) => {
        const { code, stderr } = await spot(...args);
        expect(stderr).toContain(sentence);
        expect(stderr).not.toMatch(/^\s+at /m);
        expect(code).toBe(2);
    });
});
