import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ProgramFolder, programFolder } from "../programFolder.ts";

let program: ProgramFolder;

beforeEach(async () => {
    program = await programFolder();
});

afterEach(async () => {
    await program.remove();
});

/** What the real command prints about a program; it ends with 2, and prints and writes nothing else. */
async function problemOf(
    files: Readonly<Record<string, string>>,
    args: readonly string[] = ["check", "--stack", "dev"],
): Promise<string> {
    await program.write(files);
    const before = await program.files();
    const { exitCode, output, errors } = await program.run(args);
    expect([exitCode, output]).toEqual([2, ""]);
    expect(await program.files()).toEqual(before);
    return errors.replaceAll(program.path, "FOLDER");
}

const config = (settings: string): Readonly<Record<string, string>> => ({
    "topology.config.ts": `const lists = { vhosts: [], exchanges: [], queues: [], bindings: [], policies: [], operatorPolicies: [], users: [], permissions: [], topicPermissions: [] };
const shop = { brokerVersion: "4.3", ...lists, services: [], retries: [] };
export default { ${settings} };
`,
});

describe("a configuration that cannot be loaded", () => {
    it("because there is none", async () => {
        expect(await problemOf({})).toBe(
            "file topology.config.ts does not exist in this folder or a parent folder; write it, name another file with --config, or choose a topology with --file or --definitions\n",
        );
    });

    it("because there are two", async () => {
        expect(await problemOf({ "topology.config.ts": "", "topology.config.mjs": "" })).toBe(
            'folder "FOLDER" has both topology.config.ts and topology.config.mjs; remove one, or choose with --config\n',
        );
    });

    it.each([
        ["a folder", ".", '--config ".": is a folder; name the file in it, such as topology.config.ts\n'],
        [
            "nothing",
            "none.ts",
            '--config "none.ts": the file does not exist, or may not be read; check the path\n',
        ],
        [
            "no module",
            "package.json",
            '--config "package.json": is not a module; name a file that ends in .ts, .mts, .cts, .js, .mjs or .cjs\n',
        ],
    ])("because --config points at %s", async (_, file, problem) => {
        for (const command of ["check", "snapshot"]) {
            expect(await problemOf({}, [command, "--config", file])).toBe(problem);
        }
    });

    it.each([
        [
            "throws",
            'import "node:fs";\n\nthrow new Error("no\\nnetwork");',
            "topology.config.ts: fails when it is loaded: no network at topology.config.ts:3; correct the code there\n",
        ],
        [
            "throws no error",
            "throw undefined;",
            "topology.config.ts: throws undefined when it is loaded; correct it\n",
        ],
        [
            "has a syntax error",
            "export default {\n    stacks: 1\n    topologyOf: 2\n};",
            "topology.config.ts:3: Expected ',', got 'ident'; correct the code there\n",
        ],
        [
            "has syntax that Node.js cannot strip",
            "enum Stack { dev }",
            'topology.config.ts:1: TypeScript enum is not supported in strip-only mode; Node.js only removes types: write it without, or run npm install --save-dev tsx and set NODE_OPTIONS="--import tsx"\n',
        ],
        [
            "imports what a module does not export",
            '\nimport { nothing } from "@spot-messaging/cli";',
            "topology.config.ts:2: The requested module '@spot-messaging/cli' does not provide an export named 'nothing'; correct the name, or write import type if it is a type\n",
        ],
        [
            "imports a package that is not installed",
            'import "@acme/broker/names";',
            'topology.config.ts: cannot be loaded, because package "@acme/broker", which topology.config.ts imports, is not installed; run npm install @acme/broker\n',
        ],
        [
            "imports a file that does not exist",
            'import "./src/missing.ts";',
            'topology.config.ts: cannot be loaded, because file "src/missing.ts", which topology.config.ts imports, does not exist; check the path, which must include the extension\n',
        ],
        [
            "throws an error for people",
            'import { UsageError } from "@spot-messaging/topology";\nthrow new UsageError("stack \\"x\\" has no file; write one");',
            'stack "x" has no file; write one\n',
        ],
    ])("because it %s", async (_, text, problem) => {
        expect(await problemOf({ "topology.config.ts": text })).toBe(problem);
    });

    it("because a package that it imports lacks its peer", async () => {
        expect(
            await problemOf({
                "topology.config.ts": 'import "@acme/shop";',
                "node_modules/@acme/shop/package.json": JSON.stringify({
                    name: "@acme/shop",
                    type: "module",
                    main: "index.js",
                    peerDependencies: { "@acme/peer": "*" },
                }),
                "node_modules/@acme/shop/index.js": 'import "@acme/peer";',
            }),
        ).toBe(
            'topology.config.ts: cannot be loaded, because package "@acme/peer", which package "@acme/shop" imports, is not installed; run npm install @acme/peer\n',
        );
    });

    it("because its package is CommonJS", async () => {
        expect(
            await problemOf({ ...config('stacks: ["dev"]'), "package.json": '{ "type": "commonjs" }' }),
        ).toBe(
            'topology.config.ts: is read as CommonJS, but it is an ES module; write "type": "module" into package.json, or rename the file to end in .mts\n',
        );
    });

    it("because plain JavaScript has a syntax error", async () => {
        expect(await problemOf({ "topology.config.mjs": "export default {\n    a: 1\n    b: 2\n};" })).toBe(
            "topology.config.mjs: it, or a file that it imports, is not valid: Unexpected identifier 'b'; correct the syntax\n",
        );
    });
});

describe("a configuration with the wrong form", () => {
    it.each([
        [
            "export const stacks = [];",
            "topology.config.ts: has no default export; write export default defineConfig({ stacks, topologyOf })\n",
        ],
        [
            "export default undefined;",
            "topology.config.ts: its default export is missing; write export default defineConfig({ stacks, topologyOf })\n",
        ],
        [
            'export default { project: 7, stacks: "dev", topologyof: () => undefined, brokerOf: {}, locate: [], component: "shop", more: 1 };',
            `topology.config.ts: "brokerOf" is an object; write a function that takes the name of a stack and returns { endpoint, username, password }
topology.config.ts: "component" is "shop"; write the name that MessagingTopology has, and the names of its aliases: { name: "shop", aliases: [] }
topology.config.ts: "locate" is an array; write a function that takes the name of a stack and returns a function from a finding to its location
topology.config.ts: "more" is not a setting; the settings are project, stacks, topologyOf, component, locate, brokerOf, passwordsOf
topology.config.ts: "project" is 7; write the project's name
topology.config.ts: "stacks" is "dev"; list the names of all stacks, such as ["dev", "prod"], or write a function that returns them
topology.config.ts: "topologyOf" is missing; write a function that takes the name of a stack and returns its topology
topology.config.ts: "topologyof" is not a setting; did you mean "topologyOf"?
`,
        ],
    ])("is refused with every problem: %s", async (text, problem) => {
        expect(await problemOf({ "topology.config.ts": text })).toBe(problem);
    });

    it.each([
        ["stacks: []", 'topology.config.ts: "stacks" is empty; name at least one stack\n'],
        [
            'stacks: () => "dev"',
            'topology.config.ts: "stacks" returns a value that is "dev"; return a list of names\n',
        ],
        [
            'stacks: ["dev", "../x", 7]',
            'topology.config.ts: "stacks" has "../x", 7 in it; use letters, digits, ".", "_" and "-" in the name of a stack\n',
        ],
        [
            "stacks: async () => { throw new TypeError('no list'); }",
            "topology.config.ts: stacks() fails: no list at topology.config.ts:3; correct the code there\n",
        ],
    ])("names its stacks badly: %s", async (stacks, problem) => {
        expect(await problemOf(config(`topologyOf: () => shop, ${stacks}`))).toBe(problem);
    });
});

describe("a stack", () => {
    it("that does not exist is refused, with the likely name or all names", async () => {
        await program.write(config('stacks: ["staging", "prod"], topologyOf: () => shop'));
        const errors = async (...args: readonly string[]): Promise<string> => {
            const run = await program.run(["check", ...args]);
            expect([run.exitCode, run.output]).toEqual([2, ""]);
            return run.errors;
        };
        expect(await errors("--stack", "stagng")).toBe(
            'stack "stagng" does not exist; did you mean "staging"?\n',
        );
        expect(await errors("--stack", "moon")).toBe(
            'stack "moon" does not exist; topology.config.ts has the stacks staging, prod\n',
        );
        expect(await errors()).toBe(
            "topology.config.ts: there are several stacks, but none is named dev; choose with --stack one of staging, prod\n",
        );
    });

    it.each([
        [
            "undefined.queues",
            "fails: Cannot read properties of undefined (reading 'queues') at topology.config.ts:3; correct the code there",
        ],
        [
            "Promise.reject(new Error('no file'))",
            "fails: no file at topology.config.ts:3; correct the code there",
        ],
        ["Promise.reject('later')", "throws later; correct the code there"],
        ["undefined", "returns nothing instead of a topology; return the result of compile()"],
        [
            '({ vhost: "shop", queues: [] })',
            "returns something else instead of a topology; return the result of compile()",
        ],
        [
            "({ ...shop, queues: [7], users: undefined })",
            `returns an invalid topology; return the result of compile():
- queues[0]: "queues.0" is 7
- users: "users" is missing`,
        ],
    ])("whose topologyOf returns no topology: %s", async (value, problem) => {
        expect(await problemOf(config(`stacks: ["dev"], topologyOf: () => ${value}`))).toBe(
            `topology.config.ts: topologyOf("dev") ${problem}\n`,
        );
    });

    it("keeps the snapshots of all others from being written", async () => {
        const settings =
            'stacks: ["dev", "prod"], topologyOf: (stack) => (stack === "dev" ? shop : undefined)';
        expect(await problemOf(config(settings), ["snapshot"])).toBe(
            'topology.config.ts: topologyOf("prod") returns nothing instead of a topology; return the result of compile()\n',
        );
    });

    it("whose declaration has problems prints them unchanged", async () => {
        expect(
            await problemOf({
                "topology.config.ts": `import { UsageError } from "@spot-messaging/topology";
export default { stacks: ["dev"], topologyOf: () => { throw new UsageError('queue "q": a\\nqueue "r": b'); } };`,
            }),
        ).toBe('queue "q": a\nqueue "r": b\n');
    });
});
