import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectName, projectRoot } from "../../../src/cli/project.ts";
import { hasEnded, removeStaleLocks, stateFolder } from "../../../src/cli/stateLock.ts";

describe("the folder of the state", () => {
    it.each<[string, string | undefined, string | undefined]>([
        ["is the project's by default", undefined, join(projectRoot, ".pulumi-state")],
        ["is the project's if the variable is empty", "", join(projectRoot, ".pulumi-state")],
        ["is an absolute one", "file:///var/states", "/var/states"],
        ["is relative to the project", "file://states", join(projectRoot, "states")],
        ["is in the home folder", "file://~", homedir()],
        ["is below the home folder", "file://~/states", join(homedir(), "states")],
        ["is one with settings", "file:///var/states?no_tmp_dir=true", "/var/states"],
        ["does not exist with Pulumi Cloud", "https://api.pulumi.com", undefined],
        ["does not exist with an object store", "s3://states", undefined],
    ])("%s", async (_, variable, folder) => {
        expect(await stateFolder({ PULUMI_BACKEND_URL: variable })).toBe(folder);
    });
});

describe("the holder of a lock", () => {
    const holder = { pid: 7, hostname: hostname() };

    it.each<[string, Parameters<typeof hasEnded>[0], string | undefined, boolean]>([
        ["has ended if no process has its number", holder, undefined, true],
        ["has ended if another program has its number", holder, "postgres", true],
        ["is alive if Pulumi has its number", holder, "pulumi", false],
        ["is alive if a language host of Pulumi has its number", holder, "pulumi-language", false],
        ["may be alive on another machine", { ...holder, hostname: "other" }, undefined, false],
    ])("%s", (_, each, program, expected) => {
        expect(hasEnded(each, () => program)).toBe(expected);
    });

    it("has ended if its process is another program of this machine", () => {
        expect(hasEnded({ ...holder, pid: process.pid })).toBe(process.platform === "linux");
    });
});

describe("the locks of killed runs", () => {
    let folder: string;
    let place: string;
    const messages: string[] = [];
    const report = (message: string): void => {
        messages.push(message);
    };

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "spot-state-"));
        place = join(folder, ".pulumi", "locks", "organization", projectName, "dev");
        messages.length = 0;
    });

    afterEach(async () => {
        await rm(folder, { recursive: true, force: true });
    });

    it("are removed, and no others", async () => {
        await mkdir(place, { recursive: true });
        const ended = spawn("true");
        await new Promise((resolve) => ended.once("exit", resolve));
        const files = {
            "killed.json": JSON.stringify({ pid: ended.pid, username: "root", hostname: hostname() }),
            "elsewhere.json": JSON.stringify({ pid: ended.pid, hostname: "other" }),
            "beginning.json": '{"pid":',
        };
        for (const [file, text] of Object.entries(files)) {
            await writeFile(join(place, file), text);
        }
        await removeStaleLocks(folder, "dev", report);
        expect((await readdir(place)).sort()).toEqual(["beginning.json", "elsewhere.json"]);
        expect(messages).toEqual([
            `removing the lock of a killed run: process ${ended.pid} does not exist any longer`,
        ]);
    });

    it("do not exist in a folder without state", async () => {
        await removeStaleLocks(folder, "dev", report);
        expect(messages).toEqual([]);
    });
});
