import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { lastOutputLines } from "../../packages/local/src/images/command.ts";
import { withLock } from "../../packages/local/src/images/lock.ts";
import type { Report } from "../../packages/local/src/images/report.ts";
import { UserError } from "../../packages/topology/src/model/userError.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { ensureGo } from "./goCommand.ts";

const progressMilliseconds = 20_000;

/** A program of a Go module that the Go module proxy has. */
export interface GoProgram {
    readonly name: string;
    /** The folder whose go.mod and go.sum pin the program and everything in it. */
    readonly folder: string;
    /** The path of its package main. */
    readonly package: string;
    /** The module with the package, whose version is part of the file's name. */
    readonly module: string;
    /** What the linker sets, by the version: `package.variable=value`. */
    readonly variables: (version: string) => readonly string[];
    /** What to do where it cannot be built. */
    readonly wayOut: string;
}

/** The path of the program, built once for every content of go.mod and go.sum. */
export async function ensureGoProgram(program: GoProgram, report: Report): Promise<string> {
    const texts = ["go.mod", "go.sum"].map((name) => readFileSync(path.join(program.folder, name), "utf8"));
    const version = texts[0]?.split("\n").find((line) => line.trim().startsWith(`${program.module} `));
    const number = version?.trim().split(" ")[1] ?? "";
    const digest = createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, 12);
    const file = path.join(cacheFolder, `${program.name}-${number}-${digest}`);
    if (existsSync(file)) {
        return file;
    }
    await withLock(program.name, report, async () => {
        if (existsSync(file)) {
            return;
        }
        const go = await ensureGo(report);
        report(`Building ${program.name} ${number} into ${cacheFolder}: once, some minutes`);
        mkdirSync(cacheFolder, { recursive: true });
        // Under another name until it is complete.
        const unfinished = `${file}.${process.pid}`;
        await compile(go, program, number, unfinished, report);
        renameSync(unfinished, file);
    });
    return file;
}

async function compile(
    go: string,
    program: GoProgram,
    version: string,
    output: string,
    report: Report,
): Promise<void> {
    const variables = program.variables(version).map((variable) => ` -X ${variable}`);
    const child = spawn(
        go,
        [
            ...["build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly"],
            ...[`-ldflags=-s -w${variables.join("")}`, "-o", output, program.package],
        ],
        {
            cwd: program.folder,
            stdio: ["ignore", "ignore", "pipe"],
            env: { ...process.env, CGO_ENABLED: "0" },
        },
    );
    // With -v, Go names each package that it compiles.
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
    const progress = setInterval(() => {
        report(`${program.name}: ${lines.length} packages compiled or downloaded`);
    }, progressMilliseconds);
    const code = await new Promise((resolve) => {
        child.once("error", resolve);
        child.once("close", resolve);
    });
    clearInterval(progress);
    if (code !== 0) {
        throw new UserError(
            `command "go build ${program.name}": failed${lastOutputLines(lines.join("\n"))}; build it by hand in ${program.folder}, or ${program.wayOut}`,
        );
    }
}
