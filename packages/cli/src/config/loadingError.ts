import { readFileSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import { shownPath } from "./configFile.ts";
import { nearestPackage } from "./nearestPackage.ts";
import { codeLocation, oneLine, userError } from "./userCode.ts";

/**
 * Refuses an ES module that Node.js would read as CommonJS: it prints a warning of its own about that.
 * @throws UsageError
 */
export function refuseCommonJs(file: string): void {
    const isCommonJs = !/\.m[jt]s$/u.test(file) && nearestPackage(dirname(file)).type === "commonjs";
    if (isCommonJs && /^(?:import|export)\b/mu.test(readFileSync(file, "utf8"))) {
        throw new UsageError(
            `${shownPath(file)}: is read as CommonJS, but it imports or exports as ES modules do; write "type": "module" into package.json, or let the file's name end in .mts`,
        );
    }
}

/** Why a configuration file cannot be loaded, in one sentence with the way out. */
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
        return new UsageError(`${name}: cannot be loaded, since ${missing}`);
    }
    if (error instanceof SyntaxError) {
        return new UsageError(syntaxProblem(name, error));
    }
    return new UsageError(
        `${name}: fails when it is loaded: ${oneLine(error.message)}${codeLocation(error, file)}; correct the code there`,
    );
}

/** Node.js has one error for ES modules and one for CommonJS. */
function missingModule(error: Error): string | undefined {
    const code = "code" in error ? error.code : undefined;
    const [, module, importer] =
        /Cannot find (?:package|module) '([^']+)'(?: imported from (.+))?/u.exec(error.message) ?? [];
    if ((code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") || module === undefined) {
        return undefined;
    }
    const user = importer ?? /^- (.+)$/mu.exec(error.message)?.[1];
    const needed = user === undefined ? "" : `, which ${importerName(user)} imports,`;
    if (isAbsolute(module) || module.startsWith(".")) {
        return `file "${shownPath(module)}"${needed} does not exist; check the path, which ends as the file's name does`;
    }
    const [scope = module, rest] = module.split("/");
    const name = scope.startsWith("@") && rest !== undefined ? `${scope}/${rest}` : scope;
    return `package "${name}"${needed} is not installed; run npm install ${name}`;
}

/** A file of the program, or else the package that it belongs to. */
function importerName(file: string): string {
    const [, name] = /.*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/u.exec(file) ?? [];
    return name === undefined ? shownPath(file) : `package "${name.replaceAll("\\", "/")}"`;
}

function syntaxProblem(name: string, error: SyntaxError): string {
    const message = oneLine(error.message);
    // Node.js writes the place above the error, if it knows it.
    const [, place, line] = /^(?:file:\/\/)?(.+):(\d+)\n/u.exec(error.stack ?? "") ?? [];
    return place === undefined || line === undefined
        ? `${name}: it, or a file that it imports, is not valid: ${message}; correct the syntax`
        : `${shownPath(decodeURI(place))}:${line}: ${message}; correct the code there`;
}
