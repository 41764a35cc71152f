import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { UsageError } from "@spot-messaging/topology";
import { shownPath } from "./configFile.ts";
import { nearestPackage } from "./nearestPackage.ts";
import { codeLocation, oneLine, userError } from "./userCode.ts";

/**
 * Refuses an ES module that Node.js would read as CommonJS: Node.js would only print a warning.
 * @throws UsageError
 */
export function refuseCommonJs(file: string): void {
    const isCommonJs =
        /\.c[jt]s$/u.test(file) ||
        (!/\.m[jt]s$/u.test(file) && nearestPackage(dirname(file)).type === "commonjs");
    if (
        isCommonJs &&
        /^\uFEFF?(?:import|export)\b(?! (?:= |\w+ = require\())/mu.test(readFileSync(file, "utf8"))
    ) {
        throw new UsageError(
            `${shownPath(file)}: is read as CommonJS, but it is an ES module; write "type": "module" into package.json, or rename the file to end in .mts`,
        );
    }
}

/** Explains in one sentence why a configuration file cannot be loaded, and what to do. */
export function loadingError(file: string, error: unknown): Error {
    const own = userError(error);
    if (own !== undefined) {
        return own;
    }
    const name = shownPath(file);
    if (!(error instanceof Error)) {
        return new UsageError(`${name}: throws ${oneLine(String(error))} when it is loaded; correct it`);
    }
    const missing = missingModule(error);
    if (missing !== undefined) {
        return new UsageError(`${name}: cannot be loaded, because ${missing}`);
    }
    if (error instanceof SyntaxError) {
        return new UsageError(syntaxProblem(name, error));
    }
    return new UsageError(
        `${name}: fails when it is loaded: ${oneLine(error.message)}${codeLocation(error, file)}; ${wayOut(error)}`,
    );
}

/** The tsx loader runs code that Node.js cannot run. */
const withTsx = 'run npm install --save-dev tsx and set NODE_OPTIONS="--import tsx"';

/** What to do about an error of Node.js. Most come from code that works with a bundler or a compiler only. */
function wayOut(error: Error): string {
    const [, text] = waysOut.find(([pattern]) => pattern.test(error.message)) ?? [];
    return text ?? "correct the code there";
}

const waysOut: readonly (readonly [RegExp, string])[] = [
    [/not supported in strip-only mode/u, `Node.js only removes types: write it without, or ${withTsx}`],
    [
        /Invalid or unexpected token/u,
        `correct the syntax; if it is a decorator, which Node.js does not know, ${withTsx}`,
    ],
    [/does not provide an export named/u, "correct the name, or write import type if it is a type"],
    [
        /Stripping types is currently unsupported for files under node_modules/u,
        `build that package, because packages must contain JavaScript, or ${withTsx}`,
    ],
    [/needs an import attribute of "type: json"/u, 'write with { type: "json" } after the file\'s name'],
    [/^Directory import /u, "name the file in the folder, such as index.ts"],
    [/must not include encoded/u, 'Node.js cannot import from a folder with "\\" in its name: rename it'],
];

/** ES modules and CommonJS have different errors. */
function missingModule(error: Error): string | undefined {
    const code = "code" in error ? error.code : undefined;
    const [, module, importer] =
        // A path may have an apostrophe in it.
        /Cannot find (?:package|module) '(.+)' imported from (.+)/u.exec(error.message) ??
        /Cannot find (?:package|module) '(.+)'/u.exec(error.message) ??
        [];
    if ((code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") || module === undefined) {
        return undefined;
    }
    const user = importer ?? /^- (.+)$/mu.exec(error.message)?.[1];
    const needed = user === undefined ? "" : `, which ${importerName(user)} imports,`;
    if (isAbsolute(module) || module.startsWith(".")) {
        const existing = fileWithExtension(module);
        return `file "${shownPath(module)}"${needed} does not exist; ${existing === undefined ? "check the path, which must include the extension" : `write the full name: "${shownPath(existing)}"`}`;
    }
    const [scope = module, rest] = module.split("/");
    if (isAlias(module, user === undefined ? process.cwd() : dirname(user))) {
        return `"${module}"${needed} is not a package; Node.js does not read "paths" and "baseUrl" of tsconfig.json: write a relative path, or ${withTsx}`;
    }
    const name = scope.startsWith("@") && rest !== undefined ? `${scope}/${rest}` : scope;
    return `package "${name}"${needed} is not installed; run npm install ${name}`;
}

/** The existing file for a name without its extension, which bundlers and compilers accept. */
function fileWithExtension(path: string): string | undefined {
    const names = [
        path.replace(/\.([cm]?)js$/u, ".$1ts"),
        ...["ts", "mts", "js", "mjs"].map((each) => `${path}.${each}`),
    ];
    return names.find((each) => existsSync(each));
}

/** Whether a name is an alias of tsconfig.json: it is not a valid package name, or is a folder of the program. */
function isAlias(module: string, folder: string): boolean {
    if (/^(?:@\/|~)/u.test(module)) {
        return true;
    }
    const [first = module] = module.split("/");
    return !first.startsWith("@") && existsSync(join(folder, first));
}

/** A file of the program, or the package that contains it. */
function importerName(file: string): string {
    const [, name] = /.*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/u.exec(file) ?? [];
    return name === undefined ? shownPath(file) : `package "${name.replaceAll("\\", "/")}"`;
}

function syntaxProblem(name: string, error: SyntaxError): string {
    const message = oneLine(error.message);
    // Node.js writes the location above the error if it knows it.
    const [, place, line] = /^(.+):(\d+)\n/u.exec(error.stack ?? "") ?? [];
    if (place === undefined || line === undefined) {
        const way = wayOut(error);
        return `${name}: it, or a file that it imports, is not valid: ${message}; ${way === "correct the code there" ? "correct the syntax" : way}`;
    }
    return `${shownPath(place.startsWith("file:") ? fileURLToPath(place) : place)}:${line}: ${message}; ${wayOut(error)}`;
}
