import { z } from "zod";
import type { CodeHost } from "./codeHost.ts";
import { HostRefused } from "./hostError.ts";
import { type PullRequest, repositoryName } from "./pullRequest.ts";

/** The maximum number of characters in a comment on GitHub. */
export const maxCommentLength = 65_536;

/** A hidden line that identifies the comment of a project. */
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
    /** The login of the comment's author. Only comments of this user are changed, because any user can copy the marker. */
    readonly author: string;
    /** Whether to create a missing comment. */
    readonly create: boolean;
}

/** What happened to the comment. */
export interface CommentOutcome {
    readonly action: "created" | "updated" | "unchanged" | "none";
    /** Its web page. @default - there is no comment */
    readonly url?: string;
    /** How many duplicates were deleted, which concurrent runs had created. */
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
 * Writes the report into the one comment of a project. If concurrent runs created several comments, every run keeps the oldest, so that
 * exactly one remains.
 * @throws HostRefused, HostUnreachable
 */
export async function putReviewComment(host: CodeHost, wanted: ReviewComment): Promise<CommentOutcome> {
    const { pull, project, report, create } = wanted;
    const body = commentBody(project, report);
    const found = await projectComments(host, wanted);
    const changed = await keepOldest(host, pull, found, body);
    if (changed !== undefined) {
        return changed;
    }
    if (!create) {
        return { action: "none", removed: 0 };
    }
    const created = await host.send(
        `comment on ${nameOf(pull)}`,
        comment,
        "POST /repos/{owner}/{repo}/issues/{number}/comments",
        { ...pull.repository, number: pull.number, body },
    );
    // A concurrent run, or a retry after a lost answer, may have created another comment.
    const after = await projectComments(host, wanted);
    const kept = after.length > 1 ? await keepOldest(host, pull, after, body) : undefined;
    return {
        action: "created",
        url: kept?.url ?? created.html_url,
        removed: kept?.removed ?? 0,
    };
}

/** The comments of the project, oldest first. */
async function projectComments(
    host: CodeHost,
    { pull, project, author }: ReviewComment,
): Promise<readonly Comment[]> {
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

/** Updates the oldest comment and deletes the others; `undefined` if there is no comment. */
async function keepOldest(
    host: CodeHost,
    pull: PullRequest,
    found: readonly Comment[],
    body: string,
): Promise<CommentOutcome | undefined> {
    for (const [index, each] of found.entries()) {
        const isSame = plain(each.body ?? "") === plain(body);
        if (isSame || (await wasFound(() => update(host, pull, each, body)))) {
            let removed = 0;
            for (const other of found.slice(index + 1)) {
                removed += (await wasFound(() => remove(host, pull, other))) ? 1 : 0;
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

/** Whether the comment still existed. A person or another run may delete it after it was listed. */
async function wasFound(work: () => Promise<void>): Promise<boolean> {
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

/** Hosts change line ends, and remove the last one. */
function plain(body: string): string {
    return body.replace(/\r\n/gu, "\n").trim();
}

function nameOf({ repository, number }: PullRequest): string {
    return `pull request ${number} of "${repositoryName(repository)}"`;
}
