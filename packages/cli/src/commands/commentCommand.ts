import { appendFile } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import { saysNoChanges } from "@spot-messaging/topology/render";
import { readActionsEnvironment } from "../host/actionsEnvironment.ts";
import { type CodeHost, codeHost } from "../host/codeHost.ts";
import { type CommentCommandOptions, commentSettings, type Wanted } from "../host/commentSettings.ts";
import { HostRefused } from "../host/hostError.ts";
import {
    type PullRequest,
    pullRequestOf,
    type Repository,
    readPullRequest,
    repositoryName,
} from "../host/pullRequest.ts";
import { type CommentOutcome, commentBody, longestComment, putReviewComment } from "../host/reviewComment.ts";
import { readText, systemReason } from "../input/textFile.ts";
import type { CommandResult, InputIo } from "../process/commandIo.ts";

/** What became of it all: of the comment, or why nothing was said. */
interface Outcome extends Omit<CommentOutcome, "action"> {
    readonly action: CommentOutcome["action"] | "outdated" | "forbidden";
    readonly repository: string;
    /** Nothing where no pull request wants the report any more. */
    readonly pull?: number;
    readonly reason?: string;
}

/**
 * Says a report in a pull request, in one comment, and in the job's summary.
 * @throws UsageError, HostRefused, HostUnreachable
 */
export async function commentReport(
    options: CommentCommandOptions,
    { env, stdin }: InputIo,
    secondMs?: number,
): Promise<CommandResult> {
    const actions = await readActionsEnvironment(env);
    const report = await readText(options.file, stdin, "write it with topology review");
    const { repository, endpoint, patience, pull } = commentSettings(options, actions);
    refuseTooLong(report, options);
    const summary = options.summary ?? actions.summary;
    if (summary !== undefined) {
        await append(summary, report);
    }
    const said = async (): Promise<Outcome> => {
        if (actions.token === undefined) {
            throw new HostRefused(
                "forbidden",
                `code host "${endpoint}": there is no token to comment with; put one into GITHUB_TOKEN`,
            );
        }
        const host = codeHost({
            endpoint,
            token: actions.token,
            patience,
            ...(secondMs !== undefined && { secondMs }),
        });
        return await say(host, { options, report, repository, pull });
    };
    const outcome = await said().catch((error: unknown): Outcome => {
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

interface Said {
    readonly options: CommentCommandOptions;
    readonly report: string;
    readonly repository: Repository;
    readonly pull: Wanted;
}

async function say(host: CodeHost, { options, report, repository, pull: wanted }: Said): Promise<Outcome> {
    const pull = await pullWanted(host, repository, wanted);
    if (pull === undefined) {
        return {
            action: "outdated",
            repository: repositoryName(repository),
            removed: 0,
            reason: "the commit that was reviewed is the newest of no open pull request",
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

/** The pull request, unless a newer commit was pushed to it: that one's own run tells of it. */
async function pullWanted(
    host: CodeHost,
    repository: Repository,
    wanted: Wanted,
): Promise<PullRequest | undefined> {
    if (wanted.kind === "workflow_run") {
        return await pullRequestOf(host, repository, wanted.origin);
    }
    const pull = await readPullRequest(host, repository, wanted.number);
    return wanted.kind === "number" || wanted.headSha === pull.headSha ? pull : undefined;
}

function refuseTooLong(report: string, { file, project }: CommentCommandOptions): void {
    const name = file === "-" ? "standard input" : `report "${file}"`;
    const { length } = commentBody(project, report);
    if (length > longestComment) {
        throw new UsageError(
            `${name}: makes a comment of ${length} characters, and at most ${longestComment} are taken; topology review writes reports that fit`,
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
        unchanged: "comment says it already",
        none: "nothing changes and nothing was said before, so no comment is made",
    } as const;
    const others = removed === 0 ? "" : `, ${removed} more of ours removed`;
    return `${where}: ${words[action]}${others}${url === undefined ? "" : ` (${url})`}`;
}
