import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../src/cli/project.ts";
import { findPulumi, pulumiEnvironment } from "../../src/cli/pulumiCli.ts";

const cli = findPulumi();
const found = cli.origin === "path";
if (!found) {
    process.stderr.write(
        "skipped: no pulumi on PATH; install it from https://www.pulumi.com/docs/iac/download-install/ to run these tests\n",
    );
}

const pack = join(projectRoot, "packages", "policy");

interface Ended {
    readonly code: number;
    readonly output: string;
}

/** A program of another user, in plain JavaScript. Its broker does not exist; a preview does not connect to it. */
const program = (binding: string): string => `
import * as rabbitmq from "@pulumi/rabbitmq";

const provider = new rabbitmq.Provider("broker", {
    endpoint: "http://127.0.0.1:45699",
    username: "shop",
    password: "pa55word",
});
const queue = new rabbitmq.Queue(
    "orders",
    { name: "orders", vhost: "/", settings: { durable: true, argumentsJson: '{"x-queue-type":"quorum"}' } },
    { provider },
);
new rabbitmq.Binding(
    "orders",
    { vhost: "/", source: "amq.topic", destination: ${binding}, destinationType: "queue", routingKey: "order.#" },
    { provider },
);
`;

describe.skipIf(!found)("the policy pack in the real engine", { timeout: 300_000 }, () => {
    let folder: string;
    let environment: NodeJS.ProcessEnv;
    const stackFile = join(projectRoot, "Pulumi.policytest.yaml");

    async function pulumi(cwd: string, ...args: readonly string[]): Promise<Ended> {
        return await new Promise((resolve) => {
            execFile(
                cli.command,
                [...args, "--non-interactive"],
                { cwd, env: environment, maxBuffer: 100_000_000 },
                (error, stdout, stderr) => {
                    const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
                    resolve({ code, output: `${stdout}\n${stderr}` });
                },
            );
        });
    }

    async function preview(binding: string, ...more: readonly string[]): Promise<Ended> {
        await writeFile(join(folder, "index.js"), program(binding));
        return await pulumi(folder, "preview", "--stack", "shop", "--policy-pack", pack, ...more);
    }

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "spot-policy-"));
        const state = join(folder, "state");
        await mkdir(state);
        environment = { ...pulumiEnvironment("docker"), PULUMI_BACKEND_URL: `file://${state}` };
        await symlink(join(projectRoot, "node_modules"), join(folder, "node_modules"));
        await writeFile(join(folder, "package.json"), '{ "type": "module", "main": "index.js" }');
        await writeFile(
            join(folder, "Pulumi.yaml"),
            "name: shop\nruntime:\n    name: nodejs\n    options:\n        typescript: false\n",
        );
        await writeFile(stackFile, "config: {}\n");
        for (const [cwd, stack] of [
            [folder, "shop"],
            [projectRoot, "policytest"],
        ] as const) {
            const made = await pulumi(cwd, "stack", "init", stack);
            expect(made.code, made.output).toBe(0);
        }
    });

    afterAll(async () => {
        await rm(folder, { recursive: true, force: true });
        await rm(stackFile, { force: true });
    });

    it("refuses anybody's program that breaks a rule, and says which resource and why", async () => {
        const { code, output } = await preview('"order"');
        expect(code, output).not.toBe(0);
        expect(output).toMatch(/\[mandatory\].*sound-topology.*Binding: orders/u);
        expect(output).toContain(
            'danglingReference: vhost "/": binding "amq.topic -> order (order.#)": destination "order" does not exist; did you mean "orders"?',
        );
        expect(output).not.toMatch(/^\s+at /mu);
    });

    it("passes the same program after the fix", async () => {
        const { code, output } = await preview("queue.name");
        expect(code, output).toBe(0);
        expect(output).not.toContain("sound-topology");
    });

    it("checks for the version in its configuration", async () => {
        const config = join(folder, "config.json");
        await writeFile(config, JSON.stringify({ "sound-topology": { brokerVersion: "3.7" } }));
        const { code, output } = await preview("queue.name", "--policy-pack-config", config);
        expect(code, output).not.toBe(0);
        expect(output).toContain("brokerVersion");
    });

    it("passes the program of this project, and tells what is not known before it is applied", async () => {
        const { code, output } = await pulumi(
            projectRoot,
            "preview",
            "--stack",
            "policytest",
            "--policy-pack",
            pack,
        );
        expect(code, output).toBe(0);
        expect(output).not.toContain("[mandatory]");
        expect(output.match(/unknownValue/gu)).toHaveLength(1);
    });
});
