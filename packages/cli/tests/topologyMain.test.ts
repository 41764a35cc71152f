import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCommand } from "./programFolder.ts";
import { shop } from "./topologyRun.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

describe("the command by itself", { timeout: 30_000 }, () => {
    it("reads files relative to the working folder, prints no colours into a pipe, and sets its exit code", async () => {
        const { exitCode, output, errors } = await runCommand(
            ["check", "--file", "shop.json"],
            dirname(shop),
        );
        expect([exitCode, errors]).toEqual([1, ""]);
        expect(output).toContain('shop.json:7:9: vhost "shop": exchange "orders"');
        expect(output).not.toContain("\u001B");
    });

    it.each([
        ["in a folder of the program", join(root, "docs"), []],
        ["anywhere, if its configuration is named", "/", ["--config", join(root, "topology.config.ts")]],
    ])("finds the program's stacks %s", async (_, folder, options) => {
        const { exitCode, output } = await runCommand(
            ["check", "--stack", "dev", "--json", ...options],
            folder,
        );
        expect([exitCode, JSON.parse(output)]).toEqual([0, { findings: expect.any(Array) as unknown }]);
    });

    it("says what is wrong on the other stream, in one sentence", async () => {
        expect(await runCommand(["trace", "--file", "none.json", "--exchange", "e"], join("/"))).toEqual({
            exitCode: 2,
            output: "",
            errors: 'file "none.json" does not exist; check the path\n',
        });
    });

    it("prints to standard output after it read several stacks of the program in parallel", async () => {
        expect(await runCommand(["snapshot", "--check"], root)).toEqual({
            exitCode: 0,
            output: "everything is up to date\n",
            errors: "",
        });
    });
});
