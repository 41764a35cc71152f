import type { CodeHost, HostComment } from "./codeHost.ts";
import { HostRefused } from "./hostError.ts";
import type { PullRequest } from "./pullRequest.ts";

/** A hidden line that identifies the comment of a project. */
export function commentMarker(project: string): string {
    return `<!-- topology-review:${project} -->`;
}

/**
 * The text of the comment. A slash at the beginning of a line is an entity, because GitLab runs such a line as a quick action, and so do bots on
 * GitHub.
 */
export function commentBody(project: string, report: string): string {
    return `${commentMarker(project)}\n${report.trim().replace(/^([ \t]*)\/(?=[a-z])/gimu, "$1&#47;")}\n`;
}

export interface ReviewComment {
    readonly pull: PullRequest;
    readonly project: string;
    readonly report: string;
    /**
     * The name of the comment's author. Only comments of this user are changed, because any user can copy the marker.
     * @default - on GitHub the user of GitHub Actions, on GitLab the user of the token
     */
    readonly author?: string | undefined;
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
    const created = await host.create(pull, body);
    // A concurrent run, or a retry after a lost answer, may have created another comment. So may an earlier run, if the token's user is not the
    // expected author: only now its name is known.
    const after = await projectComments(host, { ...wanted, author: created.author ?? wanted.author });
    const kept = after.length > 1 ? await keepOldest(host, pull, after, body) : undefined;
    return {
        action: "created",
        url: kept?.url ?? created.url,
        removed: kept?.removed ?? 0,
    };
}

/** The comments of the project, oldest first. */
async function projectComments(
    host: CodeHost,
    { pull, project, author }: ReviewComment,
): Promise<readonly HostComment[]> {
    const all = await host.comments(pull, author);
    return all.filter(({ body }) => body.startsWith(commentMarker(project)));
}

/** Updates the oldest comment and deletes the others; `undefined` if there is no comment. */
async function keepOldest(
    host: CodeHost,
    pull: PullRequest,
    found: readonly HostComment[],
    body: string,
): Promise<CommentOutcome | undefined> {
    for (const [index, each] of found.entries()) {
        const isSame = plain(each.body) === plain(body);
        if (isSame || (await wasFound(() => host.update(pull, each.id, body)))) {
            let removed = 0;
            for (const other of found.slice(index + 1)) {
                removed += (await wasFound(() => host.remove(pull, other.id))) ? 1 : 0;
            }
            return { action: isSame ? "unchanged" : "updated", url: each.url, removed };
        }
    }
    return undefined;
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
