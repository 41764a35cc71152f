import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import type { Topology } from "@spot-messaging/topology";
import type { Report } from "@spot-messaging/topology/review";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { vi } from "vitest";
import { stdinOf } from "../../../../tests/support/stdinOf.ts";
import { type ReviewRequest, reviewReport } from "../../src/review/reviewReport.ts";

/** Git is a process of its own for each question, and a busy machine takes its time to start one. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A project in a git repository of its own, which the process is in while it lives. */
export interface ReviewProject {
    readonly folder: string;
    readonly git: (...command: readonly string[]) => string;
    readonly write: (path: string, text: string) => void;
    readonly snapshot: (stack: string, topology: Topology) => void;
    /** @returns its id */
    readonly commit: (...removed: readonly string[]) => string;
    readonly remove: () => void;
}

/** Nothing of the machine's own settings: neither its hooks nor whether it signs. */
const environment = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "c",
    GIT_COMMITTER_EMAIL: "c@example.com",
};

export function reviewProject(): ReviewProject {
    const before = process.cwd();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "review-")));
    const git: ReviewProject["git"] = (...command) =>
        execFileSync("git", command, {
            cwd: folder,
            env: environment,
            encoding: "utf8",
            stdio: "pipe",
        }).trim();
    const write: ReviewProject["write"] = (path, text) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    };
    git("init", "--quiet", "--initial-branch", "main");
    process.chdir(folder);
    return {
        folder,
        git,
        write,
        snapshot: (stack, topology) => {
            write(`topology/${stack}.json`, writeSnapshot(topology, stack));
        },
        commit: (...removed) => {
            if (removed.length > 0) {
                git("rm", "--quiet", ...removed);
            }
            git("add", "--all");
            git("commit", "--quiet", "--allow-empty", "--message", "change");
            return git("rev-parse", "HEAD");
        },
        remove: () => {
            process.chdir(before);
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

/** A review's report, as on 24 November 2026. */
export function reported(
    request: ReviewRequest,
    {
        env = {},
        stdin = "",
    }: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<Report> {
    return reviewReport(request, {
        env,
        stdin: stdinOf(stdin),
        printError: () => undefined,
        today: () => "2026-11-24",
    });
}

/** The exit code of a report, and its lines about stacks and problems. */
export interface Summary {
    readonly exitCode: number;
    readonly stacks: readonly string[];
    readonly problems: readonly string[];
}

export function summary({ outcome, stacks, unread, problems }: Report): Summary {
    return {
        exitCode: outcome.exitCode,
        stacks: stacks.map(({ state, review }) => `${state} ${review.verdict.line}`),
        problems: [...problems, ...[...unread, ...stacks].flatMap((each) => each.problems)].map(
            ({ kind, text }) => `${kind} ${text}`,
        ),
    };
}
