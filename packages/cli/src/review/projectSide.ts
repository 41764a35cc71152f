import { UsageError } from "@spot-messaging/topology";
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

/** The most that is told of one file. */
const mostProblems = 20;

/** The snapshots and approvals of a project; what cannot be read is told in the report, not thrown. */
export async function projectSide(files: ProjectFiles, origin: Origin): Promise<ReviewSide> {
    const names = await files.names(folder).catch(refusal);
    const stacks = new Map<string, SideStack>();
    for (const name of names instanceof UsageError ? [] : names) {
        const [, stack] = /^(.+)\.json$/u.exec(name) ?? [];
        if (stack !== undefined) {
            stacks.set(stack, await sideStack(files, stack));
        }
    }
    return {
        origin,
        stacks,
        isProject: true,
        isExported: false,
        problems: names instanceof UsageError ? unreadable([names.message]) : [],
        approvals: await projectApprovals(files),
        missing: (stack) => `there is no ${files.nameOf(`${folder}/${stack}.json`)}`,
    };
}

/** The approvals of a project, or what is wrong with their file. */
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

async function sideStack(files: ProjectFiles, stack: string): Promise<SideStack> {
    const path = `${folder}/${stack}.json`;
    const name = files.nameOf(path);
    try {
        if (!isStackName(stack)) {
            throw new SnapshotError(name, [
                'is called like no stack; use letters, digits, ".", "_" and "-" in its name',
            ]);
        }
        const bytes = await files.bytes(path);
        const snapshot = readSnapshot(decodeText(bytes ?? new Uint8Array(), name), name);
        if (snapshot.stack !== stack) {
            throw new SnapshotError(name, [
                `says that it is of stack "${snapshot.stack}"; call it ${folder}/${snapshot.stack}.json, or write it again with topology snapshot`,
            ]);
        }
        return { topology: snapshot.topology };
    } catch (error) {
        const told =
            error instanceof SnapshotError
                ? error.problems.map((each) => `${name}: ${each}`)
                : [refusal(error).message];
        const rest = told.length - mostProblems;
        return {
            problems: unreadable([
                ...told.slice(0, mostProblems),
                ...(rest > 0 ? [`${name}: and ${rest} more places cannot be read`] : []),
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
        // What is quoted from a file may be a secret; a list becomes one sentence.
        text: redactText(text.replace(/:\n- /gu, ": ").replace(/\n- /gu, "; ")),
    }));
}
