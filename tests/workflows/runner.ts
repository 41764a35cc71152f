import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { projectRoot } from "../../src/cli/project.ts";
import type { Job, Step } from "./workflow.ts";

/** This project in a git repository of its own, as a pull request changes it. */
export interface Checkout {
    readonly folder: string;
    /** @returns the new commit */
    readonly commit: () => Promise<string>;
    readonly run: (program: string, ...args: readonly string[]) => Promise<Ended>;
    readonly remove: () => Promise<void>;
}

export interface Ended {
    readonly code: number;
    readonly output: string;
}

const left = ["node_modules", ".git", ".local", ".venv", ".pulumi-state", "services", "tests"];

/** An npm that installs nothing in the copy, which shares its packages with this project: npm ci would begin by deleting them. */
const shim = `#!/bin/sh
case "$PWD $1" in
    "$COPY ci" | "$COPY install") echo "the copy installs nothing" >&2; exit 97 ;;
    *) PATH=$PATH_OF_NPM exec npm "$@" ;;
esac
`;

/** Of the machine's own settings only how it reaches package registries; nothing of the workflow that this test may run in. */
function environment(home: string): NodeJS.ProcessEnv {
    const who = { NAME: "a", EMAIL: "a@example.com" };
    const path = process.env["PATH"] ?? "";
    return {
        PATH: `${join(home, "bin")}:${path}`,
        PATH_OF_NPM: path,
        COPY: join(home, "project"),
        HOME: home,
        npm_config_userconfig: process.env["npm_config_userconfig"] ?? join(homedir(), ".npmrc"),
        npm_config_cache: process.env["npm_config_cache"] ?? join(homedir(), ".npm"),
        ...Object.fromEntries(
            Object.entries(process.env).filter(([name]) =>
                /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|PIP_\w+|(?:https?|no)_proxy)$/iu.test(name),
            ),
        ),
        CI: "true",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_SYSTEM: "/dev/null",
        ...Object.fromEntries(
            Object.entries(who).flatMap(([key, value]) => [
                [`GIT_AUTHOR_${key}`, value],
                [`GIT_COMMITTER_${key}`, value],
            ]),
        ),
    };
}

async function ended(
    program: string,
    args: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
): Promise<Ended> {
    return await new Promise((resolve) => {
        execFile(program, args, { cwd, env }, (error, stdout, stderr) => {
            const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
            resolve({ code, output: `${stdout}${stderr}` });
        });
    });
}

/**
 * A copy of the working tree, committed on `main`, with the packages of this project.
 * @param also folders that most tests do not need
 */
export async function checkout(also: readonly string[] = []): Promise<Checkout> {
    const home = await realpath(await mkdtemp(join(tmpdir(), "workflow-")));
    const folder = join(home, "project");
    await cp(projectRoot, folder, {
        recursive: true,
        // The build compares the packages' timestamps.
        preserveTimestamps: true,
        filter: (source) => {
            const place = relative(projectRoot, source);
            return also.includes(place) || !left.includes(place);
        },
    });
    await linkPackages(folder);
    await mkdir(join(home, "bin"));
    await writeFile(join(home, "bin", "npm"), shim, { mode: 0o755 });
    const env = environment(home);
    const run: Checkout["run"] = (program, ...args) => ended(program, args, folder, env);
    const commit = async (): Promise<string> => {
        await run("git", "add", "--all");
        await run("git", "commit", "--quiet", "--message", "change");
        return (await run("git", "rev-parse", "HEAD")).output.trim();
    };
    await run("git", "init", "--quiet", "--initial-branch", "main");
    return {
        folder,
        run,
        commit,
        remove: () => rm(home, { recursive: true, force: true }),
    };
}

/** Links the installed packages, since a copy of them would take longer than all the rest; those of this repository are the copy's own. */
async function linkPackages(folder: string): Promise<void> {
    const [from, to] = [join(projectRoot, "node_modules"), join(folder, "node_modules")];
    const own = "@spot-messaging";
    await mkdir(join(to, own), { recursive: true });
    const installed = (await readdir(from)).filter((name) => name !== own);
    const packages = await readdir(join(folder, "packages"));
    await Promise.all([
        ...installed.map((name) => symlink(join(from, name), join(to, name))),
        ...packages.map((name) => symlink(join(folder, "packages", name), join(to, own, name))),
    ]);
}

/** The result of the commands of a job; exit codes by the name of the step. */
export interface JobRun {
    readonly codes: Readonly<Record<string, number>>;
    readonly output: string;
    readonly summary: string;
}

/** The values of GitHub's expressions; an expression without a value fails the test. */
export type Expressions = Readonly<Record<string, string>>;

/**
 * Runs a job's commands as GitHub's runner does: one shell each, the job's environment, no step after a failed one unless it says so. Actions
 * are skipped; the checkout already contains their results.
 * @param variables those that the runner sets in every step. @default - none
 */
export async function runJob(
    of: Checkout,
    job: Job,
    expressions: Expressions,
    variables: Readonly<Record<string, string>> = {},
): Promise<JobRun> {
    const temp = join(of.folder, "..", "temp");
    await mkdir(temp, { recursive: true });
    const summaryFile = join(temp, "summary.md");
    await writeFile(summaryFile, "");
    const codes: Record<string, number> = {};
    let output = "";
    for (const step of job.steps.filter(({ run }) => run !== undefined && !run.startsWith("npm ci"))) {
        if (
            !isDue(
                step,
                Object.values(codes).some((code) => code !== 0),
            )
        ) {
            continue;
        }
        const script = join(temp, "step.sh");
        await writeFile(script, step.run ?? "");
        const env = {
            ...environment(join(of.folder, "..")),
            ...variables,
            GITHUB_ACTIONS: "true",
            GITHUB_STEP_SUMMARY: summaryFile,
            RUNNER_TEMP: temp,
            ...evaluated({ ...job.env, ...step.env }, expressions),
        };
        const result = await ended("bash", ["-e", script], of.folder, env);
        codes[step.name ?? step.run ?? ""] = result.code;
        output += result.output;
    }
    return { codes, output, summary: await readFile(summaryFile, "utf8") };
}

function isDue({ if: condition }: Step, hasFailed: boolean): boolean {
    if (condition !== undefined && condition !== "${{ !cancelled() }}") {
        throw new Error(`the test knows no condition ${condition}`);
    }
    return !hasFailed || condition !== undefined;
}

function evaluated(env: Step["env"], expressions: Expressions): NodeJS.ProcessEnv {
    return Object.fromEntries(
        Object.entries(env).map(([key, value]) => [
            key,
            value.replace(/\$\{\{ (.*?) \}\}/gu, (_, expression: string) => {
                const known = expressions[expression];
                if (known === undefined) {
                    throw new Error(`the test knows no expression ${expression}`);
                }
                return known;
            }),
        ]),
    );
}
