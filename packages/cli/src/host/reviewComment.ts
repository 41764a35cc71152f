import { z } from "zod";
import type { CodeHost } from "./codeHost.ts";
import { HostRefused } from "./hostError.ts";
import { type PullRequest, repositoryName } from "./pullRequest.ts";

/** What GitHub takes as one comment, in characters. */
export const longestComment = 65_536;

/** Says which comment is the review of a project: a line that no reader sees. */
export function commentMarker(project: string): string {
    return `<!-- topology-review:${project} -->`;
}

/** The text of the comment. */
export function commentBody(project: string, report: string): string {
    return `${commentMarker(project)}\n${report.trim()}\n`;
}

export interface ReviewComment {
    readonly pull: PullRequest;
    readonly project: string;
    readonly report: string;
    /** Whose comments are ours, by login: anybody can copy the marker into a comment of their own. */
    readonly author: string;
    /** Whether to make a comment where there is none. */
    readonly create: boolean;
}

/** What became of the comment. */
export interface CommentOutcome {
    readonly action: "created" | "updated" | "unchanged" | "none";
    /** Where it is shown; nothing where there is none. */
    readonly url?: string;
    /** How many others of ours were removed, which runs at the same time had made. */
    readonly removed: number;
}

const comment = z.object({
    id: z.number(),
    html_url: z.string(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
});
type Comment = z.infer<typeof comment>;

/**
 * Makes the one comment of a project say the report. Of several, which runs at the same time may have made, the oldest stays: every run
 * chooses the same, so that one remains whatever their order.
 * @throws HostRefused, HostUnreachable
 */
export async function putReviewComment(host: CodeHost, wanted: ReviewComment): Promise<CommentOutcome> {
    const { pull, project, report, create } = wanted;
    const body = commentBody(project, report);
    const found = await ours(host, wanted);
    const changed = await settle(host, pull, found, body);
    if (changed !== undefined) {
        return changed;
    }
    if (!create) {
        return { action: "none", removed: 0 };
    }
    const made = await host.send(
        `comment on ${nameOf(pull)}`,
        comment,
        "POST /repos/{owner}/{repo}/issues/{number}/comments",
        { ...pull.repository, number: pull.number, body },
    );
    // A run beside this one, or a repeated request whose first answer was lost, may have made another meanwhile.
    const after = await ours(host, wanted);
    const settled = after.length > 1 ? await settle(host, pull, after, body) : undefined;
    return {
        action: "created",
        url: settled?.url ?? made.html_url,
        removed: settled?.removed ?? 0,
    };
}

/** Our comments, oldest first. */
async function ours(host: CodeHost, { pull, project, author }: ReviewComment): Promise<readonly Comment[]> {
    const all = await host.all(
        `comments on ${nameOf(pull)}`,
        comment,
        "GET /repos/{owner}/{repo}/issues/{number}/comments",
        { ...pull.repository, number: pull.number },
    );
    return all
        .filter(
            ({ user, body }) =>
                user?.login.toLowerCase() === author.toLowerCase() &&
                (body ?? "").startsWith(commentMarker(project)),
        )
        .toSorted((a, b) => a.id - b.id);
}

/** Leaves the oldest that is still there, saying the body; `undefined` where none is. */
async function settle(
    host: CodeHost,
    pull: PullRequest,
    found: readonly Comment[],
    body: string,
): Promise<CommentOutcome | undefined> {
    for (const [index, each] of found.entries()) {
        const isSame = plain(each.body ?? "") === plain(body);
        if (isSame || (await stillThere(() => update(host, pull, each, body)))) {
            let removed = 0;
            for (const other of found.slice(index + 1)) {
                removed += (await stillThere(() => remove(host, pull, other))) ? 1 : 0;
            }
            return { action: isSame ? "unchanged" : "updated", url: each.html_url, removed };
        }
    }
    return undefined;
}

async function update(host: CodeHost, pull: PullRequest, { id }: Comment, body: string): Promise<void> {
    await host.send(
        `comment ${id} on ${nameOf(pull)}`,
        comment,
        "PATCH /repos/{owner}/{repo}/issues/comments/{id}",
        { ...pull.repository, id, body },
    );
}

async function remove(host: CodeHost, pull: PullRequest, { id }: Comment): Promise<void> {
    await host.send(
        `comment ${id} on ${nameOf(pull)}`,
        z.unknown(),
        "DELETE /repos/{owner}/{repo}/issues/comments/{id}",
        { ...pull.repository, id },
    );
}

/** Whether a comment was there to be changed: between listing and changing it, a person or another run may have removed it. */
async function stillThere(work: () => Promise<void>): Promise<boolean> {
    try {
        await work();
        return true;
    } catch (error) {
        if (error instanceof HostRefused && error.refusal === "missing") {
            return false;
        }
        throw error;
    }
}

/** Hosts store line ends in their own way, and none at the end. */
function plain(body: string): string {
    return body.replace(/\r\n/gu, "\n").trim();
}

function nameOf({ repository, number }: PullRequest): string {
    return `pull request ${number} of "${repositoryName(repository)}"`;
}
