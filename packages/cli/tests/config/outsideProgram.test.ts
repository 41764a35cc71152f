import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ProgramFolder, programFolder, runCommand } from "../programFolder.ts";

const lists =
    "vhosts: [], exchanges: [], queues: [], bindings: [], policies: [], operatorPolicies: [], users: [], permissions: [], topicPermissions: [], services: [], retries: []";
const shop = `const shop = { brokerVersion: "4.3", ${lists} };\n`;
const settings = '{ stacks: ["dev"], topologyOf: () => shop }';
const module = `${shop}export default ${settings};\n`;
const commonJs = { "package.json": '{ "type": "commonjs" }' };
const typeless = { "package.json": "{}" };
const importing = (name: string): string => `import { shop } from "${name}";\nexport default ${settings};\n`;
const exporting = `${shop}export { shop };\n`;
const withTsx = 'run npm install --save-dev tsx and set NODE_OPTIONS="--import tsx"';
const noAlias = `is not a package; Node.js does not read "paths" and "baseUrl" of tsconfig.json: write a relative path, or ${withTsx}`;
const onlyTypes = `is not supported in strip-only mode; Node.js only removes types: write it without, or ${withTsx}`;

type Files = Readonly<Record<string, string>>;

let program: ProgramFolder;

beforeEach(async () => {
    program = await programFolder();
});

afterEach(async () => {
    await program.remove();
});

describe("a program as people write it for other tools", () => {
    it.each<[string, Files]>([
        ["in a package without a type", { ...typeless, "topology.config.ts": module }],
        ["in JavaScript in a package without a type", { ...typeless, "topology.config.js": module }],
        ["as .mts in a package of CommonJS", { ...commonJs, "topology.config.mts": module }],
        [
            "with module.exports",
            { ...commonJs, "topology.config.js": `${shop}module.exports = ${settings};` },
        ],
        ["as .cjs", { "topology.config.cjs": `${shop}module.exports = ${settings};` }],
        ["as .cts", { "topology.config.cts": `${shop}module.exports = ${settings};` }],
        [
            "as a compiler writes CommonJS",
            {
                ...commonJs,
                "topology.config.js": `${shop}Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = ${settings};`,
            },
        ],
        ["as a promise", { "topology.config.ts": `${shop}export default Promise.resolve(${settings});` }],
        ["with the line ends of Windows", { "topology.config.ts": module.replaceAll("\n", "\r\n") }],
        ["with a byte order mark", { "topology.config.ts": `\uFEFF${module}` }],
        [
            "with an alias of package.json",
            {
                "package.json": '{ "type": "module", "imports": { "#shop": "./src/shop.ts" } }',
                "src/shop.ts": exporting,
                "topology.config.ts": importing("#shop"),
            },
        ],
        [
            "with JSON",
            {
                "names.json": "{}",
                "topology.config.ts": `import "./names.json" with { type: "json" };\n${module}`,
            },
        ],
    ])("is read, and only its findings are printed: %s", async (_, files) => {
        await program.write(files);
        expect(await program.run(["check"])).toEqual({ exitCode: 0, output: "no findings\n", errors: "" });
    });

    it.each<[string, Files, string]>([
        [
            "an import without the ending of its file",
            { "src/shop.ts": exporting, "topology.config.ts": importing("./src/shop") },
            'cannot be loaded, because file "src/shop", which topology.config.ts imports, does not exist; write the full name: "src/shop.ts"',
        ],
        [
            "an import with the ending that a compiler writes",
            { "src/shop.ts": exporting, "topology.config.ts": importing("./src/shop.js") },
            'cannot be loaded, because file "src/shop.js", which topology.config.ts imports, does not exist; write the full name: "src/shop.ts"',
        ],
        [
            "an alias @/",
            { "topology.config.ts": importing("@/shop") },
            `cannot be loaded, because "@/shop", which topology.config.ts imports, ${noAlias}`,
        ],
        [
            "an import from the root of the program",
            { "src/shop.ts": exporting, "topology.config.ts": importing("src/shop") },
            `cannot be loaded, because "src", which topology.config.ts imports, ${noAlias}`,
        ],
        [
            "JSON without an attribute",
            { "names.json": "{}", "topology.config.ts": `import "./names.json";\n${module}` },
            'fails when it is loaded: Module "file://FOLDER/names.json" needs an import attribute of "type: json"; write with { type: "json" } after the file\'s name',
        ],
        [
            "a decorator",
            { "topology.config.ts": `@sealed class Shop {}\n${module}` },
            `it, or a file that it imports, is not valid: Invalid or unexpected token; correct the syntax; if it is a decorator, which Node.js does not know, ${withTsx}`,
        ],
        [
            "TypeScript in node_modules",
            {
                "node_modules/acme/package.json": '{ "type": "module", "exports": "./index.ts" }',
                "node_modules/acme/index.ts": exporting,
                "topology.config.ts": importing("acme"),
            },
            `fails when it is loaded: Stripping types is currently unsupported for files under node_modules, for "file://FOLDER/node_modules/acme/index.ts"; build that package, because packages must contain JavaScript, or ${withTsx}`,
        ],
        [
            "a list of configurations",
            { "topology.config.ts": `${shop}export default [${settings}];` },
            "its default export is an array; write export default defineConfig({ stacks, topologyOf })",
        ],
        [
            "a promise that stays pending",
            { "topology.config.ts": `await new Promise(() => {});\n${module}` },
            "loading it never ends: its promise stays pending; correct the code there",
        ],
        [
            "a topology that stays pending",
            {
                "topology.config.ts":
                    'export default { stacks: ["dev"], topologyOf: () => new Promise(() => {}) };',
            },
            'topologyOf("dev") never ends: its promise stays pending; correct the code there',
        ],
        [
            "the end of the process",
            { "topology.config.ts": `process.exit(0);\n${module}` },
            "loading it ends the process; remove process.exit() from the code there",
        ],
        [
            "a rejection that nothing handles",
            { "topology.config.ts": `Promise.reject(new Error("later"));\n${module}` },
            "fails when it is loaded: later at topology.config.ts:1; correct the code there",
        ],
        [
            "CommonJS by a package.json with a byte order mark",
            { "package.json": '\uFEFF{ "type": "commonjs" }', "topology.config.ts": module },
            'is read as CommonJS, but it is an ES module; write "type": "module" into package.json, or rename the file to end in .mts',
        ],
    ])("that Node.js cannot run is refused in a sentence with the way out: %s", async (_, files, problem) => {
        await program.write(files);
        const { exitCode, output, errors } = await program.run(["check"]);
        expect([exitCode, output]).toEqual([2, ""]);
        expect(errors.replaceAll(program.path, "FOLDER")).toBe(`topology.config.ts: ${problem}\n`);
    });

    it.each([
        ["export =", `export = ${settings};`, "export assignment"],
        ["import =", 'import os = require("node:os");', "import equals declaration"],
        ["a namespace", "namespace Shop { export const name = 1; }", "namespace declaration"],
        [
            "a parameter property",
            "class Shop { constructor(private readonly name: string) {} }",
            "parameter property",
        ],
    ])("is refused with the way to run it all the same: %s", async (_, line, noun) => {
        await program.write({ "topology.config.ts": `${line}\n` });
        const { exitCode, errors } = await program.run(["check"]);
        expect(exitCode).toBe(2);
        expect(errors).toBe(`topology.config.ts:1: TypeScript ${noun} ${onlyTypes}\n`);
    });

    it("may print, which does not reach the output for machines", async () => {
        await program.write({ "topology.config.ts": `console.log("[dotenv] injecting env");\n${module}` });
        expect(await program.run(["check", "--json"])).toEqual({
            exitCode: 0,
            output: '{\n    "findings": []\n}\n',
            errors: "[dotenv] injecting env\n",
        });
    });

    it.each(["a b", "a#b%20c@d", "it's", "a&b$(x)", "ä"])(
        "has its errors located in a folder with any name: %s",
        async (name) => {
            await mkdir(join(program.path, name));
            const folder = join(program.path, name);
            const errors = async (text: string): Promise<string> => {
                await program.write({ "topology.config.ts": text, "x.ts": '\nthrow new Error("no");' });
                await rename(join(program.path, "topology.config.ts"), join(folder, "topology.config.ts"));
                await rename(join(program.path, "x.ts"), join(folder, "x.ts"));
                return (await runCommand(["check"], folder)).errors;
            };
            expect([
                await errors('import "./x.ts";'),
                await errors("const a = ;"),
                await errors('import "./missing.ts";'),
            ]).toEqual([
                "topology.config.ts: fails when it is loaded: no at x.ts:2; correct the code there\n",
                "topology.config.ts:1: Expression expected; correct the code there\n",
                'topology.config.ts: cannot be loaded, because file "missing.ts", which topology.config.ts imports, does not exist; check the path, which must include the extension\n',
            ]);
        },
    );
});
