import { createHash } from "node:crypto";
import { type Topology, UsageError } from "@spot-messaging/topology";
import type { Component } from "@spot-messaging/topology/definitions";
import type { ComparedStack, ReportProblem, UnreadStack } from "@spot-messaging/topology/review";
import { withProgramKnowledge, writeSnapshot } from "@spot-messaging/topology/review";
import { compareText, redactValue } from "@spot-messaging/topology/text";
import type { Sides } from "./readSides.ts";
import type { ReviewSide, SideStack } from "./reviewSide.ts";

export interface PairedStacks {
    readonly stacks: readonly ComparedStack[];
    /** The stacks that cannot be compared. */
    readonly unread: readonly UnreadStack[];
    /** Why no stack can be compared. */
    readonly problems: readonly ReportProblem[];
    /** Whether all stacks of the project were compared. */
    readonly whole: boolean;
}

/**
 * Finds the two versions of each stack.
 * @param only the stack to compare. @default - all
 * @throws UsageError if it is unclear which topologies belong together
 */
export function pairStacks({ base, head }: Sides, only: string | undefined): PairedStacks {
    const blocking = [...base.problems, ...head.problems];
    if (blocking.length > 0) {
        return { stacks: [], unread: unreadStacks(base, head, only), problems: blocking, whole: false };
    }
    const names = stackNames(base, head, only);
    const pairs = names.map((stack) => ({
        stack,
        before: versionOf(base, stack),
        after: versionOf(head, stack),
    }));
    const unread = pairs
        .map(({ stack, before, after }) => ({
            stack,
            problems: [...problemsOf(before), ...problemsOf(after)],
        }))
        .filter(({ problems }) => problems.length > 0);
    const isUnread = new Set(unread.map(({ stack }) => stack));
    const stacks = pairs
        .filter(({ stack }) => !isUnread.has(stack))
        .map(({ stack, before, after }) => ({
            ...comparedStack(stack, { base, head }, { base: topologyIn(before), head: topologyIn(after) }),
            components: { ...componentIn("before", before), ...componentIn("after", after) },
        }));
    return {
        stacks,
        unread,
        problems: [],
        whole: unread.length === 0 && only === undefined && base.isProject && head.isProject,
    };
}

/** If one side cannot be read at all, the stacks of the other side are reported as unread. */
function unreadStacks(base: ReviewSide, head: ReviewSide, only: string | undefined): readonly UnreadStack[] {
    return knownNames(base, head)
        .filter((name) => only === undefined || name === only)
        .map((stack) => ({ stack, problems: [] }));
}

function knownNames(base: ReviewSide, head: ReviewSide): readonly string[] {
    const names = new Set([...base.stacks.keys(), ...head.stacks.keys()]);
    return [...names].filter((name) => name !== "").sort(compareText);
}

function stackNames(base: ReviewSide, head: ReviewSide, only: string | undefined): readonly string[] {
    const known = knownNames(base, head);
    if (base.isProject && head.isProject) {
        const chosen = only === undefined ? known : known.filter((name) => name === only);
        if (chosen.length === 0) {
            throw new UsageError(nothingToReview(base, head, known, only));
        }
        return chosen;
    }
    const own = [head, base].flatMap((side) =>
        side.isProject ? [] : [...side.stacks.keys()].filter(Boolean),
    );
    const [name = known.length <= 1 ? (known[0] ?? "topology") : undefined] =
        only === undefined ? own : [only];
    if (name === undefined) {
        throw new UsageError(
            `"${(base.isProject ? head : base).origin.name}" does not name its stack; choose one with --stack: ${known.join(", ")}`,
        );
    }
    return [name];
}

function nothingToReview(
    base: ReviewSide,
    head: ReviewSide,
    known: readonly string[],
    only: string | undefined,
): string {
    return known.length === 0
        ? `neither "${base.origin.name}" nor "${head.origin.name}" has a file topology/<stack>.json; run the command in the project's folder, and create the first file with topology snapshot`
        : `stack "${only ?? ""}" has no snapshot on either side; choose one of ${known.join(", ")}`;
}

/** A file or a broker has a single topology, with or without a stack name. */
function versionOf(side: ReviewSide, stack: string): SideStack | undefined {
    return side.isProject ? side.stacks.get(stack) : [...side.stacks.values()][0];
}

function problemsOf(version: SideStack | undefined): readonly ReportProblem[] {
    return version !== undefined && "problems" in version ? version.problems : [];
}

function componentIn(
    side: "before" | "after",
    version: SideStack | undefined,
): { readonly before?: Component; readonly after?: Component } {
    return version !== undefined && "component" in version ? { [side]: version.component } : {};
}

function topologyIn(version: SideStack | undefined): Topology | undefined {
    return version !== undefined && "topology" in version ? version.topology : undefined;
}

function comparedStack(
    stack: string,
    { base, head }: Sides,
    given: { readonly base: Topology | undefined; readonly head: Topology | undefined },
): ComparedStack {
    const isBoth = given.base !== undefined && given.head !== undefined;
    const before =
        isBoth && base.isExported && !head.isExported
            ? withProgramKnowledge(given.base, given.head)
            : given.base;
    const after =
        isBoth && head.isExported && !base.isExported
            ? withProgramKnowledge(given.head, given.base)
            : given.head;
    return {
        stack,
        before,
        after,
        hashes: {
            ...(before !== undefined && { before: hashOf(before, stack) }),
            ...(after !== undefined && { after: hashOf(after, stack) }),
        },
        problems: absenceNotes(stack, { base, head }, before, after),
    };
}

function absenceNotes(
    stack: string,
    { base, head }: Sides,
    before: Topology | undefined,
    after: Topology | undefined,
): readonly ReportProblem[] {
    const note = (text: string): readonly ReportProblem[] => [
        { kind: "note", text: `stack "${stack}": ${text}` },
    ];
    if (before === undefined) {
        return note(`${base.missingText(stack)}, so the whole stack counts as new`);
    }
    return after === undefined
        ? note(`${head.missingText(stack)}, so the whole stack counts as removed`)
        : [];
}

/** The hash of the snapshot's text without secrets. */
function hashOf(topology: Topology, stack: string): string {
    return createHash("sha256")
        .update(writeSnapshot(redactValue(topology), stack))
        .digest("hex");
}
