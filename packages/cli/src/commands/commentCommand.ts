import { appendFile } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import { saysNoChanges } from "@spot-messaging/topology/render";
import type { CodeHost } from "../host/codeHost.ts";
import { type CommentCommandOptions, type CommentTarget, commentSettings } from "../host/commentSettings.ts";
import { HostRefused } from "../host/hostError.ts";
import {
    type HostKind,
    maxCommentLengths,
    requestNames,
    tokenNeeds,
    tokenVariables,
} from "../host/hostKind.ts";
import { type MadeReport, madeReport } from "../host/madeReport.ts";
import { openCodeHost } from "../host/openCodeHost.ts";
import { type PullRequest, pullRequestName } from "../host/pullRequest.ts";
import { readRunEnvironment } from "../host/readRunEnvironment.ts";
import { type CommentOutcome, commentBody, putReviewComment } from "../host/reviewComment.ts";
import type { RunEnvironment } from "../host/runEnvironment.ts";
import { readText, systemReason } from "../input/textFile.ts";
import type { CommandResult } from "../process/commandIo.ts";
import type { ReviewIo } from "../review/reviewReport.ts";

/** What happened to the comment, or why none was written. */
interface Outcome extends Omit<CommentOutcome, "action"> {
    readonly action: CommentOutcome["action"] | "outdated" | "forbidden";
    readonly repository: string;
    /** @default - no open pull request has the reviewed commit as its newest */
    readonly pull?: number;
    readonly reason?: string;
    /** Of the review. @default - the report was given */
    readonly exitCode?: MadeReport["exitCode"];
    /** The verdict of the review. @default - the report was given */
    readonly verdict?: string;
}

/**
 * Writes a report into the comment of a pull request, and into the summary of the job.
 * @throws UsageError, HostRefused, HostUnreachable
 */
export async function commentReport(
    options: CommentCommandOptions,
    io: ReviewIo,
    secondMs?: number,
): Promise<CommandResult> {
    const run = await readRunEnvironment(io.env, options.host);
    const given = options.file === undefined ? undefined : await givenReport(options.file, io);
    const { repository, endpoint, timeout, pull } = commentSettings(options, run);
    const summary = options.summary ?? run.summary;
    if (given !== undefined) {
        refuseTooLong(given, options, run.kind);
        await append(summary, given);
    }
    const write = async (): Promise<Outcome> => {
        const { kind } = run;
        const token = usableToken(run, endpoint, io.env);
        const host = openCodeHost({
            kind,
            endpoint,
            token,
            timeout,
            ...(secondMs !== undefined && { secondMs }),
        });
        return await writeComment(host, { options, given, kind, repository, pull, summary }, io);
    };
    const outcome = await write().catch((error: unknown): Outcome => {
        if (
            options.allowForbidden === true &&
            error instanceof HostRefused &&
            error.refusal === "forbidden"
        ) {
            return {
                action: "forbidden",
                repository,
                removed: 0,
                reason: error.message,
            };
        }
        throw error;
    });
    return {
        output:
            options.json === true
                ? `${JSON.stringify(outcome, undefined, 4)}\n`
                : `${sentenceOf(outcome, run.kind)}\n`,
        exitCode: outcome.exitCode ?? 0,
    };
}

/**
 * The token. GitLab keeps the name of a variable that the pipeline does not have, and answers a job token as if the project did not exist.
 * @throws HostRefused
 */
function usableToken({ kind, token }: RunEnvironment, endpoint: string, env: ReviewIo["env"]): string {
    const needs = kind === "github" ? "" : `: ${tokenNeeds[kind]}`;
    const problem =
        token === undefined
            ? `there is no token to comment with; put one into ${tokenVariables[kind]}${needs}`
            : /^\$\{?\w+\}?$/u.test(token)
              ? `the token in ${tokenVariables[kind]} is "${token}", a variable that this pipeline does not have; a protected variable exists on protected branches only`
              : token === env["CI_JOB_TOKEN"]
                ? `the token in ${tokenVariables[kind]} is CI_JOB_TOKEN${needs}`
                : undefined;
    if (token === undefined || problem !== undefined) {
        throw new HostRefused("forbidden", `code host "${endpoint}": ${problem ?? "there is no token"}`);
    }
    return token;
}

function givenReport(file: string, { stdin }: ReviewIo): Promise<string> {
    return readText(file, stdin, "write it with topology review");
}

interface CommentRequest {
    readonly options: CommentCommandOptions;
    /** @default - the report is made here */
    readonly given: string | undefined;
    readonly kind: HostKind;
    readonly repository: string;
    readonly pull: CommentTarget;
    readonly summary: string | undefined;
}

async function writeComment(
    host: CodeHost,
    { options, given, kind, repository, pull: target, summary }: CommentRequest,
    io: ReviewIo,
): Promise<Outcome> {
    const pull = await targetPull(host, repository, target);
    if (pull === undefined) {
        return {
            action: "outdated",
            repository,
            removed: 0,
            reason: `no open ${requestNames[kind]} has the reviewed commit as its newest`,
        };
    }
    const { project, record, status } = options;
    const made =
        given === undefined
            ? await madeReport(pull, { record, run: target.kind === "workflow_run" ? target.run : {} }, io)
            : undefined;
    const report = made?.text ?? given ?? "";
    if (made !== undefined) {
        await append(summary, report);
    }
    if (made !== undefined && status === true) {
        await host.setStatus(pull, {
            name: `topology/${project}`,
            result: made.exitCode === 0 ? "success" : made.exitCode === 1 ? "failure" : "error",
            description: made.line,
        });
    }
    const outcome = await putReviewComment(host, {
        pull,
        project,
        report,
        author: options.author,
        create: options.always === true || !saysNoChanges(report),
    });
    return {
        ...outcome,
        repository: pull.repository,
        pull: pull.number,
        ...(made !== undefined && { exitCode: made.exitCode, verdict: made.line }),
    };
}

/** The pull request; `undefined` if a newer commit was pushed to it, which has its own run. */
async function targetPull(
    host: CodeHost,
    repository: string,
    target: CommentTarget,
): Promise<PullRequest | undefined> {
    if (target.kind === "workflow_run") {
        return await host.pullRequestOf(repository, target.origin);
    }
    const pull = await host.pullRequest(repository, target.number);
    return target.kind === "number" || target.headSha === pull.headSha ? pull : undefined;
}

function refuseTooLong(report: string, { file = "-", project }: CommentCommandOptions, kind: HostKind): void {
    const name = file === "-" ? "standard input" : `report "${file}"`;
    const { length } = commentBody(project, report);
    const max = maxCommentLengths[kind];
    if (length > max) {
        throw new UsageError(
            `${name}: the comment would have ${length} characters, but the maximum is ${max}; write the report with topology review, which shortens it`,
        );
    }
}

async function append(file: string | undefined, report: string): Promise<void> {
    if (file === undefined) {
        return;
    }
    try {
        await appendFile(file, `${report.trim()}\n`);
    } catch (error) {
        throw new UsageError(
            `summary "${file}" cannot be written (${systemReason(error)}); check that its folder exists`,
        );
    }
}

function sentenceOf(
    { action, repository, pull, url, removed, reason, verdict }: Outcome,
    kind: HostKind,
): string {
    if (action === "forbidden" || action === "outdated") {
        return `no comment: ${reason ?? action}`;
    }
    const where = pullRequestName({ kind, repository, number: pull ?? 0 });
    const words = {
        created: "comment created",
        updated: "comment updated",
        unchanged: "comment is up to date",
        none: "no comment, because nothing changes and there was none before",
    } as const;
    const others = removed === 0 ? "" : `, ${removed} duplicate comments deleted`;
    const result = verdict === undefined ? "" : `\n${verdict}`;
    return `${where}: ${words[action]}${others}${url === undefined ? "" : ` (${url})`}${result}`;
}
