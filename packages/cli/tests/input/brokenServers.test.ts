import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { brokenServers, startServer } from "../../../management/tests/brokenServers.ts";
import { topology } from "../topologyRun.ts";

const folder = mkdtempSync(join(tmpdir(), "topology-"));
afterAll(() => {
    rmSync(folder, { recursive: true });
});
const file = join(folder, "empty.json");
writeFileSync(file, '{"rabbit_version": "4.3.6", "vhosts": [{"name": "/"}], "queues": []}');

const env = { TOPOLOGY_BROKER_PASSWORD: "s3cr3t-s3cr3t" };

/** Every command that reads from a live broker. */
const commands: readonly (readonly [string, (url: string) => readonly string[]])[] = [
    ["check", (url) => ["check", "--definitions", url]],
    ["trace", (url) => ["trace", "--definitions", url, "--exchange", "amq.topic", "--key", "a"]],
    ["explain", (url) => ["explain", "orders", "--definitions", url]],
    ["list", (url) => ["list", "queues", "--definitions", url]],
    ["review --base", (url) => ["review", "--base", url, "--head", file]],
    ["review --head", (url) => ["review", "--base", file, "--head", url]],
    ["top", (url) => ["top", "--definitions", file, "--broker", url, "--once"]],
];

const quick = brokenServers.filter(({ isSlow }) => isSlow !== true);

describe.each(commands)("topology %s", (_, argsOf) => {
    it.each(quick)("ends with a sentence if the server $title", async (server) => {
        const { port, close } = await startServer(server);
        try {
            const { exitCode, output, errors } = await topology(argsOf(`http://web@127.0.0.1:${port}`), {
                env,
            });
            expect(errors).toMatch(/^broker "http:\/\/127\.0\.0\.1:\d+" [^\n]+\n$/);
            expect([output, exitCode]).toEqual(["", server.exitCode]);
        } finally {
            close();
        }
    });
});

describe("the process of the command", () => {
    it("ends with a sentence if the server closes its side immediately", async () => {
        const [server] = quick;
        const { port, close } = await startServer(server as (typeof quick)[number]); // the list is not empty
        try {
            const args = ["check", "--definitions", `http://web@127.0.0.1:${port}`];
            const script = fileURLToPath(new URL("../../../../scripts/topology.mjs", import.meta.url));
            const failed = await promisify(execFile)(process.execPath, [script, ...args], {
                env: { ...process.env, ...env },
            }).then(
                () => undefined,
                (error: unknown) => error,
            );
            const { code, stderr } = failed as { readonly code: number; readonly stderr: string }; // by execFile
            expect([code, stderr]).toEqual([
                3,
                `broker "http://127.0.0.1:${port}" cannot be reached (connection closed); check that it runs and that the endpoint is right\n`,
            ]);
        } finally {
            close();
        }
    });
});
