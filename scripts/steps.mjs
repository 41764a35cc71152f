import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ensureMinio } from "../tests/support/objectStore.ts";
import { execute } from "./execute.mjs";
import { npmCommand } from "./npm.mjs";
import { outcomeVariable } from "./outcomeReporter.mjs";
import { documentEnvironment, ensureChromium, ensurePostgres, preparePython } from "./python.mjs";
import { readJunit, readVitest } from "./reports.mjs";

/**
 * The result of one step. Tests that failed for the same reason are reported once.
 * @typedef {{ passed: number, failed: number, failures: string[] }} Outcome
 */

export const root = fileURLToPath(new URL("..", import.meta.url));
const services = path.join(root, "services");
export const reports = path.join(root, ".local", "reports");

/** The steps of `npm test`, in their order. */
export const steps = [
    { name: "check", title: "format, lint, types and layers of the TypeScript", run: check },
    { name: "python", title: "format, lint, types, licences and tests of the Python services", run: python },
    { name: "unit", title: "tests without a broker", run: () => vitest("unit") },
    {
        name: "packages",
        title: "the packed packages, installed elsewhere and in a browser",
        run: () => vitest("packages"),
    },
    { name: "kube", title: "every Kubernetes object against a real API server", run: () => vitest("kube") },
    { name: "alerts", title: "alerts, evaluated by Prometheus' promtool", run: () => vitest("alerts") },
    {
        name: "broker",
        title: "tests against real brokers and services in containers",
        run: () => vitest("broker"),
    },
    {
        name: "cluster",
        title: "the prod stack on a Kubernetes cluster of three nodes",
        run: () => vitest("cluster"),
    },
];

async function check() {
    const { program, before } = npmCommand();
    return single("npm run check", await execute(program, [...before, "run", "--silent", "check"], root));
}

async function python() {
    const report = (/** @type {string} */ message) => console.log(message);
    const interpreter = await preparePython(root, report);
    await ensurePostgres(report);
    await ensureChromium(report);
    const minio = await ensureMinio(report);
    const findings = [];
    for (const tool of [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]]) {
        findings.push(single(tool.join(" "), await execute(interpreter, ["-m", ...tool], services)));
    }
    findings.push(await licences(interpreter));
    const junit = freshReport("pytest.xml");
    // Many tests wait for a server that is slow on purpose. The tests of a file share what takes long: a corpus, an object store.
    const parallel = [`--numprocesses=${availableParallelism()}`, "--dist=loadfile"];
    const exitCode = await execute(
        interpreter,
        ["-m", "pytest", ...parallel, `--junitxml=${junit}`],
        services,
        { SPOT_TEST_MINIO: minio },
    );
    return sum([...findings, checkedOutcome("pytest", exitCode, readJunit(junit))]);
}

/**
 * Compares the licences of all installed Python packages with those that are allowed; npm run check does so for the packages of npm.
 * @param {string} interpreter
 */
async function licences(interpreter) {
    const document = freshReport("python.cdx.json");
    const written = await documentEnvironment(interpreter, interpreter, document);
    return single(
        "licences",
        written === 0
            ? await execute(
                  process.execPath,
                  [path.join(root, "scripts", "release", "checkLicences.mjs"), document],
                  root,
              )
            : written,
    );
}

/** @param {string} project */
async function vitest(project) {
    const report = freshReport(`${project}.json`);
    const exitCode = await execute(
        process.execPath,
        [
            path.join(root, "node_modules", "vitest", "vitest.mjs"),
            ...[
                "run",
                `--project=${project}`,
                "--reporter=default",
                `--reporter=${path.join(root, "scripts", "outcomeReporter.mjs")}`,
            ],
        ],
        root,
        { [outcomeVariable]: report },
    );
    return checkedOutcome(`vitest ${project}`, exitCode, readVitest(report));
}

/**
 * A program's own numbers, and what they hide: a crash, or nothing to run.
 * @param {string} name
 * @param {number} exitCode
 * @param {Outcome | undefined} outcome - nothing when it wrote no report
 * @returns {Outcome}
 */
function checkedOutcome(name, exitCode, outcome) {
    if (outcome === undefined) {
        return failure(`${name}: ended with exit code ${exitCode} before it wrote its report`);
    }
    if (outcome.failed > 0) {
        return outcome;
    }
    if (exitCode !== 0) {
        return sum([outcome, failure(`${name}: ended with exit code ${exitCode}, although no test failed`)]);
    }
    return outcome.passed > 0 ? outcome : failure(`${name}: found no tests`);
}

/**
 * The outcome of a program without numbers of its own.
 * @param {string} name
 * @param {number} exitCode
 * @returns {Outcome}
 */
function single(name, exitCode) {
    return exitCode === 0
        ? { passed: 1, failed: 0, failures: [] }
        : failure(`${name}: ended with exit code ${exitCode}`);
}

/**
 * The outcome of what could not even begin, or not end.
 * @param {string} sentence
 * @returns {Outcome}
 */
export function failure(sentence) {
    return { passed: 0, failed: 1, failures: [sentence] };
}

/**
 * @param {Outcome[]} outcomes
 * @returns {Outcome}
 */
export function sum(outcomes) {
    return {
        passed: outcomes.reduce((total, { passed }) => total + passed, 0),
        failed: outcomes.reduce((total, { failed }) => total + failed, 0),
        failures: outcomes.flatMap(({ failures }) => failures),
    };
}

/**
 * Where a report will be; the one of an earlier run must not be taken for it.
 * @param {string} name
 */
function freshReport(name) {
    mkdirSync(reports, { recursive: true });
    const report = path.join(reports, name);
    rmSync(report, { force: true });
    return report;
}
