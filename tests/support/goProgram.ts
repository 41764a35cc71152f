import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { lastOutputLines } from "../../packages/local/src/images/command.ts";
import { withLock } from "../../packages/local/src/images/lock.ts";
import type { Report } from "../../packages/local/src/images/report.ts";
import { UserError } from "../../packages/topology/src/model/userError.ts";
import { type CachedFile, outdatedPrograms } from "./cachedPrograms.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { ensureGo } from "./goCommand.ts";

const progressMilliseconds = 20_000;

/** Where Go compiles. Not the user's own caches, because one build adds gigabytes that nothing needs once the programs exist. */
const buildFolder = path.join(cacheFolder, "go-build");

/** A folder with a go.mod that pins programs of a Go module. */
export interface GoModule<Name extends string = string> {
    /** The folder whose go.mod and go.sum pin the programs and everything in them; or with source text of its own. */
    readonly folder: string;
    /** The module with the programs, whose version is part of the files' names; none for source text of the folder itself. */
    readonly module?: string;
    /** The paths of the packages main, by the programs' names. */
    readonly packages: Readonly<Record<Name, string>>;
    /** What the linker sets, by the version: `package.variable=value`. */
    readonly variables?: (version: string) => readonly string[];
    /** What to do where they cannot be built. */
    readonly wayOut: string;
}

/** The paths of the programs of a module, built once for every content of its folder. */
export async function ensureGoPrograms<Name extends string>(
    module: GoModule<Name>,
    report: Report,
): Promise<Readonly<Record<Name, string>>> {
    await buildGoPrograms([module], report);
    return Object.fromEntries(
        programNames(module).map((name) => [name, cachedProgram(module, name)]),
    ) as Record<Name, string>; // the same names
}

/**
 * Builds the programs that are missing. One call for several modules compiles what they share once. Later, old versions and the compiler's
 * caches are removed, so that the folder does not grow with every update.
 */
export async function buildGoPrograms(modules: readonly GoModule[], report: Report): Promise<void> {
    if (modules.every(isComplete)) {
        return;
    }
    const locks = path.join(cacheFolder, "locks");
    await withLock(
        "the Go programs of the tests",
        report,
        async () => {
            const missing = modules.filter((module) => !isComplete(module));
            if (missing.length === 0) {
                return;
            }
            const go = await ensureGo(report);
            for (const module of missing) {
                await build(go, module, report);
                removeOutdated(module);
            }
            // After a failure they stay, so that the next call continues.
            rmSync(buildFolder, { recursive: true, force: true });
        },
        locks,
    );
}

async function build(go: string, module: GoModule, report: Report): Promise<void> {
    const missing = programNames(module).filter((name) => !existsSync(cachedProgram(module, name)));
    const label = [missing.join(", "), versionOf(module)].join(" ").trim();
    report(`Building ${label} into ${cacheFolder}: once, some minutes`);
    const output = path.join(buildFolder, "programs");
    rmSync(output, { recursive: true, force: true });
    mkdirSync(output, { recursive: true });
    await compile(go, module, missing, output, report);
    for (const name of missing) {
        renameSync(
            path.join(output, executableName(module.packages[name] ?? "")),
            cachedProgram(module, name),
        );
    }
}

async function compile(
    go: string,
    module: GoModule,
    names: readonly string[],
    output: string,
    report: Report,
): Promise<void> {
    const variables = linkerVariables(module).map((variable) => ` -X ${variable}`);
    const child = spawn(
        go,
        [
            ...["build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly", "-modcacherw"],
            ...[`-ldflags=-s -w${variables.join("")}`, "-o", `${output}${path.sep}`],
            ...names.map((name) => module.packages[name] ?? ""),
        ],
        {
            cwd: module.folder,
            stdio: ["ignore", "ignore", "pipe"],
            env: {
                ...process.env,
                CGO_ENABLED: "0",
                GOCACHE: path.join(buildFolder, "cache"),
                GOMODCACHE: path.join(buildFolder, "modules"),
            },
        },
    );
    // With -v, Go names each package that it compiles.
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
    const label = names.join(", ");
    const progress = setInterval(() => {
        report(`${label}: ${lines.length} packages compiled or downloaded`);
    }, progressMilliseconds);
    const code = await new Promise((resolve) => {
        child.once("error", resolve);
        child.once("close", resolve);
    });
    clearInterval(progress);
    if (code !== 0) {
        throw new UserError(
            `command "go build ${label}": failed${lastOutputLines(lines.join("\n"))}; build it by hand in ${module.folder}, or ${module.wayOut}`,
        );
    }
}

function isComplete(module: GoModule): boolean {
    return programNames(module).every((name) => existsSync(cachedProgram(module, name)));
}

function programNames<Name extends string>(module: GoModule<Name>): readonly Name[] {
    return Object.keys(module.packages) as Name[]; // its own keys
}

/** The file of a program, whose name changes with everything that the build depends on. */
function cachedProgram(module: GoModule, name: string): string {
    const texts = readdirSync(module.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .toSorted()
        .map((file) => readFileSync(file, "utf8"));
    const digest = createHash("sha256")
        .update([...texts, ...linkerVariables(module)].join("\n"))
        .digest("hex")
        .slice(0, 12);
    const parts = [name, versionOf(module), digest].filter((part) => part !== "");
    return path.join(cacheFolder, parts.join("-"));
}

function linkerVariables(module: GoModule): readonly string[] {
    return module.variables?.(versionOf(module)) ?? [];
}

/** The version of a module that its go.mod pins; empty for source text of the folder itself. */
export function versionOf({ folder, module }: GoModule): string {
    const lines = readFileSync(path.join(folder, "go.mod"), "utf8").split("\n");
    const line = lines.map((text) => text.trim()).find((text) => text.startsWith(`${module} v`));
    return line?.split(" ")[1] ?? "";
}

/** A module with the version that its go.mod pins, such as `example.com/module@v1.2.3`. */
export function pinned(module: GoModule): string {
    return `${module.module ?? ""}@${versionOf(module)}`;
}

/** What `go build` calls the program of a package: the last part of its path that is not a major version. */
function executableName(packagePath: string): string {
    return path.posix.basename(packagePath.replace(/\/v\d+$/, ""));
}

function removeOutdated(module: GoModule): void {
    const files = readdirSync(cacheFolder).map(
        (name): CachedFile => ({ name, modified: statSync(path.join(cacheFolder, name)).mtimeMs }),
    );
    for (const name of programNames(module)) {
        const current = path.basename(cachedProgram(module, name));
        for (const old of outdatedPrograms(files, name, current)) {
            rmSync(path.join(cacheFolder, old), { force: true });
        }
    }
}
