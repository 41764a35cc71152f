import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAtLeast } from "../../../scripts/node.mjs";
import { projectRoot } from "../../../src/cli/project.ts";

/** A fake npm that installs Node.js for this platform: a program without the options of `oldNode`. */
const npm = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync(process.env.NPM_LOG, process.argv.slice(2).join(" ") + "\\n");
mkdirSync("node_modules/node-test/bin", { recursive: true });
writeFileSync(
    "node_modules/node-test/bin/node",
    "#!/bin/sh\\nunset NODE_OPTIONS\\nexec ${process.execPath} \\"$@\\"\\n",
    { mode: 0o755 },
);
`;
const npmWithoutNode = 'import { mkdirSync } from "node:fs"; mkdirSync("node_modules");';
const npmWithBrokenNode = npm.replace("#!/bin/sh", "#!/bin/sh\\nexit 1");
const npmThatFails = "process.exit(7);";

/** Options that make this Node.js report an old version. */
const oldNode =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } });';

const program = `
import { execFileSync } from "node:child_process";
const child = execFileSync("node", ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
console.log(JSON.stringify({ own: process.versions.node, child, rest: process.argv.slice(2) }));
process.exit(5);
`;

const waiting = `
process.on("SIGTERM", () => process.exit(41)).on("SIGINT", () => process.exit(42));
setInterval(() => undefined, 1_000);
console.log("ready");
`;

let folder: string;

/** A project with these scripts and nothing installed. */
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "node-"));
    cpSync(path.join(projectRoot, "scripts"), path.join(folder, "scripts"), { recursive: true });
    cpSync(path.join(projectRoot, "package.json"), path.join(folder, "package.json"));
    writeFileSync(path.join(folder, "old.mjs"), oldNode);
    writeFileSync(path.join(folder, "program.mjs"), program);
    writeFileSync(path.join(folder, "waiting.mjs"), waiting);
});

afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
});

function environment(npmScript: string): NodeJS.ProcessEnv {
    writeFileSync(path.join(folder, "npm.mjs"), npmScript);
    return {
        ...process.env,
        NODE_OPTIONS: `--import=${path.join(folder, "old.mjs")}`,
        NPM_LOG: path.join(folder, "npm.log"),
        npm_execpath: path.join(folder, "npm.mjs"),
    };
}

interface Ended {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

async function run(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ended> {
    return await new Promise((resolve) => {
        execFile(process.execPath, args, { cwd: folder, env }, (error, stdout, stderr) => {
            resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
        });
    });
}

async function start(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<ChildProcess> {
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] });
    await once(child.stdout, "data");
    return child;
}

interface Manifest {
    readonly engines: { readonly node: string };
    readonly optionalDependencies: Readonly<Record<string, string>>;
}

function manifest(file: string): Manifest {
    return JSON.parse(readFileSync(path.join(projectRoot, file), "utf8")) as Manifest; // npm's format
}

describe("the oldest supported Node.js", () => {
    it.each([
        ["22.18.0", true],
        ["22.23.5", true],
        ["24.0.0", true],
        ["26.12.1", true],
        ["22.17.9", false],
        ["20.20.2", false],
        ["18.20.8", false],
        ["", false],
    ])("is compared with %s", (version, expected) => {
        expect(isAtLeast(version, "22.18")).toBe(expected);
    });

    it("is older than the one that npm installs, on every platform", () => {
        const { engines } = manifest("package.json");
        const { optionalDependencies } = manifest("scripts/node/package.json");
        const versions = Object.values(optionalDependencies);
        const tooOld = versions.filter((version) => !isAtLeast(version, engines.node.replace(">=", "")));
        expect({ tooOld, count: versions.length }).toEqual({ tooOld: [], count: 5 });
    });
});

describe("a script on a supported Node.js", () => {
    it("runs on it and installs nothing", async () => {
        const env = { ...environment(npm), NODE_OPTIONS: "" };
        const { code, stdout } = await run(env, "scripts/tool.mjs", "program.mjs", "a b", "--c");
        const { node } = process.versions;
        expect({ code, output: JSON.parse(stdout) as unknown }).toEqual({
            code: 5,
            output: { own: node, child: expect.any(String) as string, rest: ["a b", "--c"] },
        });
        expect(readdirSync(folder)).not.toContain(".local");
    });
});

describe("a script on an old Node.js", () => {
    it("runs on the one from npm, and so do its child processes; it is installed once", async () => {
        const env = environment(npm);
        const first = await run(env, "scripts/tool.mjs", "program.mjs", "a b", "--c");
        const second = await run(env, "scripts/tool.mjs", "program.mjs");
        const { node } = process.versions;
        expect(first.stderr).toBe(
            'node "18.20.8": is too old; installing another one into .local/node (100 MB, once)\n',
        );
        expect(JSON.parse(first.stdout)).toEqual({ own: node, child: node, rest: ["a b", "--c"] });
        expect(JSON.parse(second.stdout)).toEqual({ own: node, child: node, rest: [] });
        expect([first.code, second.code, second.stderr]).toEqual([5, 5, ""]);
        expect(readFileSync(path.join(folder, "npm.log"), "utf8")).toBe(
            "ci --no-audit --no-fund --loglevel=error\n",
        );
        expect(readdirSync(path.join(folder, ".local/node"))).toEqual([
            expect.stringMatching(/^[0-9a-f]{16}$/),
        ]);
    });

    it("is installed once by two that start together, and what an earlier version installed is removed", async () => {
        mkdirSync(path.join(folder, ".local/node/0123456789abcdef/node_modules"), { recursive: true });
        const env = environment(npm);
        const both = await Promise.all(
            ["a", "b"].map((name) => run(env, "scripts/tool.mjs", "program.mjs", name)),
        );
        expect(both.map(({ code }) => code)).toEqual([5, 5]);
        const installed = readdirSync(path.join(folder, ".local/node"));
        expect(installed).toEqual([expect.stringMatching(/^(?!0123456789abcdef)[0-9a-f]{16}$/)]);
    });

    it.each([
        ["SIGTERM", 41],
        ["SIGINT", 42],
    ] as const)("passes %s on, and the exit code back", async (signal, expected) => {
        const child = await start(environment(npm), "scripts/tool.mjs", "waiting.mjs");
        child.kill(signal);
        const [code] = (await once(child, "close")) as [number | null];
        expect(code).toBe(expected);
    });

    it.each([
        [
            "has none for this platform",
            npmWithoutNode,
            `npm has no Node.js for ${process.platform} on ${process.arch}`,
        ],
        ["has one that does not run", npmWithBrokenNode, "<node> does not run on this machine"],
        ["fails", npmThatFails, "npm ci ended with exit code 7"],
    ])("says in a sentence that npm %s", async (_, npmScript, reason) => {
        const { code, stdout, stderr } = await run(environment(npmScript), "scripts/tool.mjs", "program.mjs");
        const [, sentence, ...more] = stderr
            .replace(/[^\s(]+\/bin\/node/, "<node>")
            .trim()
            .split("\n");
        expect(sentence).toBe(
            `node "18.20.8": is too old, and no other could be installed (${reason}); install version 22.18 or later and put it first on PATH`,
        );
        expect({ code, stdout, more }).toEqual({ code: 1, stdout: "", more: [] });
    });

    it.each([
        ["npm test", ["scripts/run.mjs", "test"], { code: 1, stdout: "0 passed, 1 failed\n" }],
        ["npm start", ["scripts/run.mjs", "start"], { code: 1, stdout: "" }],
        ["npx topology", ["scripts/topology.mjs", "check"], { code: 2, stdout: "" }],
    ])("fails with the exit code of %s where npm has none", async (_, args, expected) => {
        const { code, stdout } = await run(environment(npmWithoutNode), ...args);
        expect({ code, stdout }).toEqual(expected);
        expect(readdirSync(path.join(folder, ".local/node"))).toEqual([]);
    });
});
