import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import {
    canInstallPackages,
    hasProgram,
    installPackages,
    readHost,
} from "../packages/local/src/images/host.ts";
import { UserError } from "../packages/topology/src/model/userError.ts";
import { execute } from "./execute.mjs";

/**
 * Makes sure that `.venv` has exactly what services/requirements-dev.txt lists.
 * @param {string} root
 * @param {(message: string) => void} report
 * @returns {Promise<string>} the interpreter in it
 */
export async function preparePython(root, report) {
    const folder = path.join(root, ".venv");
    const interpreter = path.join(
        folder,
        ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
    );
    const mark = path.join(folder, "requirements.sha256");
    const requirements = ["requirements.txt", "requirements-dev.txt"].map((name) =>
        path.join(root, "services", name),
    );
    const wanted = fingerprint(requirements);
    const found = existsSync(mark) ? readFileSync(mark, "utf8") : undefined;
    if (found === wanted && answers(interpreter, "import pytest")) {
        return interpreter;
    }
    await ensureVenv(report);
    report("Installing the Python packages of services/requirements-dev.txt");
    rmSync(folder, { recursive: true, force: true });
    await succeed("python3", ["-m", "venv", folder], root);
    await succeed(
        interpreter,
        [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary=:all:",
            "--requirement",
            requirements[1],
        ],
        root,
    );
    writeFileSync(mark, wanted);
    return interpreter;
}

/**
 * Writes which packages a Python environment has, as a CycloneDX document.
 * @param {string} interpreter - with the tools of services/requirements-dev.txt
 * @param {string} documented - interpreter of the environment
 * @param {string} file
 * @param {string[]} options
 * @returns {Promise<number>} the exit code
 */
export function documentEnvironment(interpreter, documented, file, options = []) {
    // Its validation needs eighteen further packages; the tests validate what a release writes.
    const command = ["-m", "cyclonedx_py", "environment", "--no-validate", "--output-reproducible"];
    return execute(
        interpreter,
        [...command, ...options, `--output-file=${file}`, documented],
        path.dirname(file),
    );
}

/**
 * Makes sure that this machine has the programs of a PostgreSQL server and PgBouncer; the tests start their own, with data of its own.
 * @param {(message: string) => void} report
 */
export async function ensurePostgres(report) {
    const hasServer = hasProgram("initdb") || globSync("/usr/lib/postgresql/*/bin/initdb").length > 0;
    const hasPooler = hasProgram("pgbouncer") || existsSync("/usr/sbin/pgbouncer");
    const missing = [...(hasServer ? [] : ["postgresql"]), ...(hasPooler ? [] : ["pgbouncer"])];
    if (missing.length === 0) {
        return;
    }
    if (!canInstallPackages(readHost())) {
        throw new UserError(
            `program "${hasServer ? "pgbouncer" : "initdb"}": not found; install ${hasServer ? "PgBouncer" : "PostgreSQL's server and PgBouncer"}`,
        );
    }
    await installPackages(missing, report);
}

/**
 * Makes sure that this machine has Chromium, in which the gateway's page is tested.
 * @param {(message: string) => void} report
 */
export async function ensureChromium(report) {
    if (["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].some(hasProgram)) {
        return;
    }
    if (!canInstallPackages(readHost())) {
        throw new UserError('program "chromium": is not on PATH; install Chromium or Google Chrome');
    }
    await installPackages(["chromium"], report);
}

/** @param {(message: string) => void} report */
async function ensureVenv(report) {
    if (answers("python3", "import ensurepip, venv")) {
        return;
    }
    if (!canInstallPackages(readHost())) {
        throw new UserError(
            'command "python3 -m venv": does not work here; install Python 3.11 or later with venv and pip',
        );
    }
    await installPackages(["python3-venv"], report);
}

/**
 * Whether an interpreter is there and can do this.
 * @param {string} interpreter
 * @param {string} statement
 */
function answers(interpreter, statement) {
    return spawnSync(interpreter, ["-c", statement], { stdio: "ignore" }).status === 0;
}

/**
 * @param {string} program
 * @param {string[]} programArguments
 * @param {string} folder
 */
async function succeed(program, programArguments, folder) {
    const exitCode = await execute(program, programArguments, folder);
    if (exitCode !== 0) {
        throw new UserError(
            `command "${[program, ...programArguments].join(" ")}": failed with exit code ${exitCode}; see above`,
        );
    }
}

/** @param {string[]} files */
function fingerprint(files) {
    const hash = createHash("sha256");
    for (const file of files) {
        hash.update(readFileSync(file));
    }
    return hash.digest("hex");
}
