import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runInBackground } from "../../../scripts/background.mjs";

/** It starts a child process, as a compiler does, and prints the ids of both. */
const compiler = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["--eval", "setInterval(() => undefined, 1000)"]);
    console.log(process.pid + " " + child.pid);
    setInterval(() => undefined, 1000);`;

/** A zombie has ended, too. */
async function isRunning(pid: number): Promise<boolean> {
    try {
        return !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, "utf8"));
    } catch {
        return false;
    }
}

describe("a program in the background of npm test", () => {
    let folder: string;
    let file: string;
    const printed = vi.spyOn(console, "log");

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "background-"));
        file = join(folder, "reports", "output.log");
        printed.mockReset().mockImplementation(() => undefined);
    });

    afterEach(async () => {
        await rm(folder, { recursive: true });
    });

    it("writes its output to a file, and says once where", async () => {
        const stop = runInBackground(
            "Building",
            ["--eval", "console.log(1); setTimeout(() => { console.error(2); }, 50)"],
            file,
        );
        await vi.waitUntil(async () => (await readFile(file, "utf8").catch(() => "")) === "1\n2\n", 30_000);
        await stop();
        expect(printed.mock.calls).toEqual([[expect.stringMatching(/^Building; see .*output\.log$/)]]);
    });

    it("prints nothing if it has nothing to do", async () => {
        await runInBackground("Building", ["--eval", "0"], file)();
        expect(printed.mock.calls).toEqual([]);
    });

    it("ends with its child processes when the steps are over", async () => {
        const stop = runInBackground("Building", ["--eval", compiler], file);
        const pids = await vi.waitUntil(
            async () => /^(\d+) (\d+)\n/.exec(await readFile(file, "utf8").catch(() => "")),
            30_000,
        );
        const both = pids.slice(1).map(Number);
        expect(await Promise.all(both.map(isRunning))).toEqual([true, true]);
        await stop();
        await vi.waitUntil(async () => !(await isRunning(both[1] ?? 0)), 10_000);
        expect(await Promise.all(both.map(isRunning))).toEqual([false, false]);
    });
});
