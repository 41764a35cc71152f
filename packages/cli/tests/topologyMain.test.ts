import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { shop, type TopologyRun } from "./topologyRun.ts";

const launcher = fileURLToPath(new URL("../../../scripts/topology.mjs", import.meta.url));

/** Runs what `npx topology` runs, in a folder that knows nothing of this project. */
function launched(args: readonly string[], cwd: string): Promise<TopologyRun> {
    return new Promise((resolve) => {
        execFile(process.execPath, [launcher, ...args], { cwd }, (error, output, errors) => {
            resolve({ exitCode: Number(error?.code ?? 0), output, errors });
        });
    });
}

describe("the command by itself", { timeout: 30_000 }, () => {
    it("finds files beside the caller, colours nothing in a pipe, and tells by its exit code", async () => {
        const { exitCode, output, errors } = await launched(["check", "--file", "shop.json"], dirname(shop));
        expect([exitCode, errors]).toEqual([1, ""]);
        expect(output).toContain('shop.json:7:9: vhost "shop": exchange "orders"');
        expect(output).not.toContain("\u001B");
    });

    it("finds its own stacks from anywhere", async () => {
        const { exitCode, output } = await launched(["check", "--stack", "dev", "--json"], join("/"));
        expect([exitCode, JSON.parse(output)]).toEqual([0, { findings: expect.any(Array) as unknown }]);
    });

    it("says what is wrong on the other stream, in one sentence", async () => {
        expect(await launched(["trace", "--file", "none.json", "--exchange", "e"], join("/"))).toEqual({
            exitCode: 2,
            output: "",
            errors: 'file "none.json" does not exist; check the path\n',
        });
    });
});
