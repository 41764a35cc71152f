import { lstat, readFile } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import { problemKinds } from "@spot-messaging/topology/review";
import { compareText, redactText } from "@spot-messaging/topology/text";
import { z } from "zod";
import { decodeText, systemReason } from "../input/textFile.ts";
import { ownPackage } from "../process/ownPackage.ts";
import type { Sides } from "./readSides.ts";
import type { ReviewedChange } from "./reviewReport.ts";

/** The pull request that a run belongs to. */
export interface PullRequestName {
    /** `acme/shop`. */
    readonly repository: string;
    readonly pull: number;
}

const schemaVersion = 1;
const maxSize = 1024 * 1024;
const maxEntries = 1_000;
const maxTextLength = 2_000;

const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u);
const digest = z.string().regex(/^[0-9a-f]{64}$/u);
const text = z.string().max(maxTextLength);

const reviewRecord = z.strictObject({
    schema: z.literal(schemaVersion),
    tool: text,
    repository: text.optional(),
    pull: z.int().positive().optional(),
    base: commit,
    mergeBase: commit,
    head: commit,
    files: z.record(text, z.strictObject({ base: digest.optional(), head: digest.optional() })),
    exitCode: z.int().min(0).max(3),
    unapproved: z.array(z.strictObject({ stack: text, id: text })).max(maxEntries),
    problems: z.array(z.strictObject({ kind: z.enum(problemKinds), text })).max(maxEntries),
});

/** What a run compared and found. It contains no topology: its reader reads the same commits. */
export type ReviewRecord = z.infer<typeof reviewRecord>;

/**
 * The record of a review.
 * @throws UsageError if not two commits were compared
 */
export function recordOf(
    { report, sides }: ReviewedChange,
    subject: PullRequestName | undefined,
): ReviewRecord {
    const { base, head } = sides;
    const { commit: mergeBase } = base.origin;
    const { commit: headCommit } = head.origin;
    if (mergeBase === undefined || headCommit === undefined) {
        throw new UsageError(
            "--record: needs two commits, but a file, a broker or the working tree is compared; give revisions as --base and --head",
        );
    }
    const { name, version } = ownPackage();
    const { stacks, unread, problems, outcome } = report;
    const ids = stacks.flatMap(({ stack, unapproved }) => unapproved.map((id) => ({ stack, id })));
    return {
        schema: schemaVersion,
        tool: `${name} ${version}`,
        ...subject,
        base: base.tip ?? mergeBase,
        mergeBase,
        head: headCommit,
        files: filesOf(sides),
        exitCode: outcome.exitCode,
        unapproved: ids.slice(0, maxEntries),
        problems: [...problems, ...[...unread, ...stacks].flatMap((each) => each.problems)]
            .slice(0, maxEntries)
            .map(({ kind, text: words }) => ({ kind, text: redactText(words).slice(0, maxTextLength) })),
    };
}

/** The digests of the files that a review read, by path. */
export function filesOf({ base, head }: Sides): ReviewRecord["files"] {
    const paths = [...new Set([...base.digests.keys(), ...head.digests.keys()])].sort(compareText);
    const digestIn = (side: "base" | "head", found: string | undefined): object =>
        found === undefined ? {} : { [side]: found };
    return Object.fromEntries(
        paths.map((path) => [
            path,
            { ...digestIn("base", base.digests.get(path)), ...digestIn("head", head.digests.get(path)) },
        ]),
    );
}

/**
 * Reads a record, which any user can have written. Links are not followed.
 * @returns `undefined` if there is no such file
 * @throws UsageError with the reason of the refusal
 */
export async function readRecord(file: string): Promise<ReviewRecord | undefined> {
    const bytes = await recordBytes(file);
    if (bytes === undefined) {
        return undefined;
    }
    const name = `record "${file}"`;
    let value: unknown;
    try {
        value = JSON.parse(decodeText(bytes, name));
    } catch (error) {
        throw error instanceof UsageError ? error : new UsageError(`${name}: is not valid JSON`);
    }
    const { data: versioned } = z.object({ schema: z.number() }).safeParse(value);
    if (versioned !== undefined && versioned.schema !== schemaVersion) {
        throw new UsageError(
            `${name}: has the schema ${versioned.schema}, but this version of the command reads ${schemaVersion}; use the same version for both`,
        );
    }
    const { success, data, error } = reviewRecord.safeParse(value);
    if (!success) {
        const [issue] = error.issues;
        const place = issue?.path.map(String).join(".") ?? "";
        throw new UsageError(
            `${name}: is not what topology review --record writes (${place === "" ? "the document" : `"${place.slice(0, 100)}"`} is not valid)`,
        );
    }
    return data;
}

async function recordBytes(file: string): Promise<Uint8Array | undefined> {
    try {
        const status = await lstat(file);
        if (!status.isFile()) {
            throw new UsageError(`record "${file}": is not a regular file`);
        }
        if (status.size > maxSize) {
            throw new UsageError(`record "${file}": is larger than 1 MiB`);
        }
        return await readFile(file);
    } catch (error) {
        if (error instanceof UsageError) {
            throw error;
        }
        const reason = systemReason(error);
        if (reason === "ENOENT" || reason === "ENOTDIR") {
            return undefined;
        }
        throw new UsageError(`record "${file}": cannot be read (${reason})`);
    }
}
