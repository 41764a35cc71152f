import { appendFile } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import { saysNoChanges } from "@spot-messaging/topology/render";
import { readActionsEnvironment } from "../host/actionsEnvironment.ts";
import { type CodeHost, codeHost } from "../host/codeHost.ts";
import { type CommentCommandOptions, type CommentTarget, commentSettings } from "../host/commentSettings.ts";
import { HostRefused } from "../host/hostError.ts";
import {
    type PullRequest,
    pullRequestOf,
    type Repository,
    readPullRequest,
    repositoryName,
} from "../host/pullRequest.ts";
import {
    type CommentOutcome,
    commentBody,
    maxCommentLength,
    putReviewComment,
} from "../host/reviewComment.ts";
import { readText, systemReason } from "../input/textFile.ts";
import type { CommandResult, InputIo } from "../process/commandIo.ts";

/** What happened to the comment, or why none was written. */
interface Outcome extends Omit<CommentOutcome, "action"> {
    readonly action: CommentOutcome["action"] | "outdated" | "forbidden";
    readonly repository: string;
    /** @default - no open pull request has the reviewed commit as its newest */
    readonly pull?: number;
    readonly reason?: string;
}

/**
 * Writes a report into the comment of a pull request, and into the summary of the job.
 * @throws UsageError, HostRefused, HostUnreachable
 */
export async function commentReport(
    options: CommentCommandOptions,
    { env, stdin }: InputIo,
    secondMs?: number,
): Promise<CommandResult> {
    const actions = await readActionsEnvironment(env);
    const report = await readText(options.file, stdin, "write it with topology review");
    const { repository, endpoint, timeout, pull } = commentSettings(options, actions);
    refuseTooLong(report, options);
    const summary = options.summary ?? actions.summary;
    if (summary !== undefined) {
        await append(summary, report);
    }
    const write = async (): Promise<Outcome> => {
        if (actions.token === undefined) {
            throw new HostRefused(
                "forbidden",
                `code host "${endpoint}": there is no token to comment with; put one into GITHUB_TOKEN`,
            );
        }
        const host = codeHost({
            endpoint,
            token: actions.token,
            timeout,
            ...(secondMs !== undefined && { secondMs }),
        });
        return await writeComment(host, { options, report, repository, pull });
    };
    const outcome = await write().catch((error: unknown): Outcome => {
        if (
            options.allowForbidden === true &&
            error instanceof HostRefused &&
            error.refusal === "forbidden"
        ) {
            return {
                action: "forbidden",
                repository: repositoryName(repository),
                removed: 0,
                reason: error.message,
            };
        }
        throw error;
    });
    return {
        output:
            options.json === true ? `${JSON.stringify(outcome, undefined, 4)}\n` : `${sentenceOf(outcome)}\n`,
        exitCode: 0,
    };
}

interface CommentRequest {
    readonly options: CommentCommandOptions;
    readonly report: string;
    readonly repository: Repository;
    readonly pull: CommentTarget;
}

async function writeComment(
    host: CodeHost,
    { options, report, repository, pull: target }: CommentRequest,
): Promise<Outcome> {
    const pull = await targetPull(host, repository, target);
    if (pull === undefined) {
        return {
            action: "outdated",
            repository: repositoryName(repository),
            removed: 0,
            reason: "no open pull request has the reviewed commit as its newest",
        };
    }
    const outcome = await putReviewComment(host, {
        pull,
        project: options.project,
        report,
        author: options.author,
        create: options.always === true || !saysNoChanges(report),
    });
    return { ...outcome, repository: repositoryName(pull.repository), pull: pull.number };
}

/** The pull request; `undefined` if a newer commit was pushed to it, which has its own run. */
async function targetPull(
    host: CodeHost,
    repository: Repository,
    target: CommentTarget,
): Promise<PullRequest | undefined> {
    if (target.kind === "workflow_run") {
        return await pullRequestOf(host, repository, target.origin);
    }
    const pull = await readPullRequest(host, repository, target.number);
    return target.kind === "number" || target.headSha === pull.headSha ? pull : undefined;
}

function refuseTooLong(report: string, { file, project }: CommentCommandOptions): void {
    const name = file === "-" ? "standard input" : `report "${file}"`;
    const { length } = commentBody(project, report);
    if (length > maxCommentLength) {
        throw new UsageError(
            `${name}: the comment would have ${length} characters, but the maximum is ${maxCommentLength}; write the report with topology review, which shortens it`,
        );
    }
}

async function append(file: string, report: string): Promise<void> {
    try {
        await appendFile(file, `${report.trim()}\n`);
    } catch (error) {
        throw new UsageError(
            `summary "${file}" cannot be written (${systemReason(error)}); check that its folder exists`,
        );
    }
}

function sentenceOf({ action, repository, pull, url, removed, reason }: Outcome): string {
    if (action === "forbidden" || action === "outdated") {
        return `no comment: ${reason ?? action}`;
    }
    const where = `pull request ${pull ?? ""} of "${repository}"`;
    const words = {
        created: "comment created",
        updated: "comment updated",
        unchanged: "comment is up to date",
        none: "no comment, because nothing changes and there was none before",
    } as const;
    const others = removed === 0 ? "" : `, ${removed} duplicate comments deleted`;
    return `${where}: ${words[action]}${others}${url === undefined ? "" : ` (${url})`}`;
}
