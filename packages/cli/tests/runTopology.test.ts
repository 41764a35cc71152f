import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { runCommand } from "./programFolder.ts";
import { topology } from "./topologyRun.ts";

const commands =
    "check, trace, explain, list, top, dead, why, peek, redrive, messages, backup, restore, drift, review, migrate, snapshot, adopt, comment, completion";

describe("the command", () => {
    it.each(["--version", "-V"])("prints the version of its package with %s", async (option) => {
        const version = { exitCode: 0, output: `${manifest.version}\n`, errors: "" };
        expect(await topology([option])).toEqual(version);
        expect(await runCommand([option], "/")).toEqual(version);
    });

    it.each([
        [["chek"], 'command "chek" does not exist; did you mean "check"?'],
        [["chek", "--help"], 'command "chek" does not exist; did you mean "check"?'],
        [["--help", "chek"], 'command "chek" does not exist; did you mean "check"?'],
        [["help", "chek"], 'command "chek" does not exist; did you mean "check"?'],
        [["status", "--help"], `command "status" does not exist; the commands are ${commands}`],
        [["constructor"], `command "constructor" does not exist; the commands are ${commands}`],
    ])("refuses an unknown command, with help or without: %j", async (args, problem) => {
        expect(await topology(args)).toEqual({ exitCode: 2, output: "", errors: `${problem}\n` });
    });

    it.each([
        ["--help"],
        ["-h"],
        ["help"],
        ["help", "check"],
        ["check", "--help"],
        ["check", "-h", "orders"],
    ])("prints help for %j", async (...args) => {
        const { exitCode, output, errors } = await topology(args);
        expect([exitCode, errors]).toEqual([0, ""]);
        expect(output).toMatch(/^Usage: topology/u);
    });
});
