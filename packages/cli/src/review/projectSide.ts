import { createHash } from "node:crypto";
import { UsageError } from "@spot-messaging/topology";
import { type Baseline, baselinePath, parseBaseline } from "@spot-messaging/topology/check";
import type { Origin, ReportProblem } from "@spot-messaging/topology/review";
import {
    type Approvals,
    approvalsPath,
    parseApprovals,
    readSnapshot,
    SnapshotError,
} from "@spot-messaging/topology/review";
import { redactText } from "@spot-messaging/topology/text";
import { isStackName } from "../config/configResult.ts";
import { decodeText } from "../input/textFile.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import type { ReviewSide, SideStack } from "./reviewSide.ts";

const folder = "topology";

/** The maximum number of problems reported for one file. */
const maxProblems = 20;

/** The snapshots and approvals of a project. Unreadable files become problems of the report. */
export async function projectSide(project: ProjectFiles, origin: Origin): Promise<ReviewSide> {
    const { files, digests } = withDigests(project);
    const names = await files.names(folder).catch(refusal);
    const stacks = new Map<string, SideStack>();
    for (const name of names instanceof UsageError ? [] : names) {
        const [, stack] = /^(.+)\.json$/u.exec(name) ?? [];
        if (stack !== undefined) {
            stacks.set(stack, await sideStack(files, stack));
        }
    }
    const baseline = await projectBaseline(files);
    return {
        origin,
        stacks,
        isProject: true,
        isExported: false,
        problems: names instanceof UsageError ? unreadable([names.message]) : [],
        approvals: await projectApprovals(files),
        ...(baseline !== undefined && { baseline }),
        digests,
        missingText: (stack) => `there is no ${files.nameOf(`${folder}/${stack}.json`)}`,
    };
}

/** The files, and the digests of those that are read. */
function withDigests(project: ProjectFiles): {
    readonly files: ProjectFiles;
    readonly digests: ReadonlyMap<string, string>;
} {
    const digests = new Map<string, string>();
    const bytes: ProjectFiles["bytes"] = async (path) => {
        const found = await project.bytes(path);
        if (found !== undefined) {
            digests.set(path, createHash("sha256").update(found).digest("hex"));
        }
        return found;
    };
    return { files: { ...project, bytes }, digests };
}

/** The approvals of a project, or the problems of their file. */
export async function projectApprovals(files: ProjectFiles): Promise<Approvals | readonly ReportProblem[]> {
    const name = files.nameOf(approvalsPath);
    try {
        const bytes = await files.bytes(approvalsPath);
        return bytes === undefined
            ? { file: name, entries: [] }
            : parseApprovals(decodeText(bytes, name), name);
    } catch (error) {
        return unreadable([refusal(error).message]);
    }
}

/** The accepted findings of a project. `topology check` reports an unreadable baseline; here it accepts nothing. */
export async function projectBaseline(files: ProjectFiles): Promise<Baseline | undefined> {
    try {
        const bytes = await files.bytes(baselinePath);
        return bytes === undefined
            ? undefined
            : parseBaseline(decodeText(bytes, baselinePath), files.nameOf(baselinePath));
    } catch (error) {
        refusal(error);
        return undefined;
    }
}

async function sideStack(files: ProjectFiles, stack: string): Promise<SideStack> {
    const path = `${folder}/${stack}.json`;
    const name = files.nameOf(path);
    try {
        if (!isStackName(stack)) {
            throw new SnapshotError(name, [
                'is not named like a stack; use letters, digits, ".", "_" and "-" in the name',
            ]);
        }
        const bytes = await files.bytes(path);
        const snapshot = readSnapshot(decodeText(bytes ?? new Uint8Array(), name), name);
        if (snapshot.stack !== stack) {
            throw new SnapshotError(name, [
                `belongs to stack "${snapshot.stack}"; rename it to ${folder}/${snapshot.stack}.json, or write it again with topology snapshot`,
            ]);
        }
        const { topology, component } = snapshot;
        return { topology, ...(component !== undefined && { component }) };
    } catch (error) {
        const problems =
            error instanceof SnapshotError
                ? error.problems.map((each) => `${name}: ${each}`)
                : [refusal(error).message];
        const rest = problems.length - maxProblems;
        return {
            problems: unreadable([
                ...problems.slice(0, maxProblems),
                ...(rest > 0 ? [`${name}: ${rest} more problems`] : []),
            ]),
        };
    }
}

function refusal(error: unknown): UsageError {
    if (error instanceof UsageError) {
        return error;
    }
    throw error;
}

function unreadable(texts: readonly string[]): readonly ReportProblem[] {
    return texts.map((text) => ({
        kind: "unreadable",
        // A text quoted from a file may be a secret. A list becomes one sentence.
        text: redactText(text.replace(/:\n- /gu, ": ").replace(/\n- /gu, "; ")),
    }));
}
