import { type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import process from "node:process";
import { UsageError } from "@spot-messaging/topology";

const extensions = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];
const fileNames = extensions.map((extension) => `topology.config${extension}`);

/**
 * The configuration file of the program: the named one, or the nearest one in a folder and its parent folders.
 * @param named value of `--config`
 * @returns its absolute path; `undefined` if there is none
 * @throws UsageError if the named one is not a file, or a folder has two
 */
export function findConfigFile(named: string | undefined, from = process.cwd()): string | undefined {
    if (named !== undefined) {
        return namedFile(named);
    }
    for (let folder = resolve(from); ; folder = dirname(folder)) {
        const [first, second] = fileNames.map((name) => join(folder, name)).filter(isFile);
        if (first !== undefined && second !== undefined) {
            throw new UsageError(
                `folder "${folder}" has both ${basename(first)} and ${basename(second)}; remove one, or choose with --config`,
            );
        }
        if (first !== undefined || folder === dirname(folder)) {
            return first;
        }
    }
}

function namedFile(name: string): string {
    const status = statusOf(name);
    if (status === undefined) {
        throw new UsageError(
            `--config "${name}": the file does not exist, or may not be read; check the path`,
        );
    }
    if (status.isDirectory()) {
        throw new UsageError(
            `--config "${name}": is a folder; name the file in it, such as ${join(name, "topology.config.ts")}`,
        );
    }
    if (!extensions.some((extension) => name.endsWith(extension))) {
        throw new UsageError(
            `--config "${name}": is not a module; name a file that ends in ${extensions.slice(0, -1).join(", ")} or ${extensions.at(-1) ?? ""}`,
        );
    }
    return resolve(name);
}

function isFile(path: string): boolean {
    return statusOf(path)?.isFile() === true;
}

function statusOf(path: string): Stats | undefined {
    try {
        return statSync(path);
    } catch {
        return undefined;
    }
}

/** A path as messages show it: relative if it is inside the working folder. */
export function shownPath(path: string): string {
    const short = relative(process.cwd(), path);
    return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short.replaceAll("\\", "/");
}
