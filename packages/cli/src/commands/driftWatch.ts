import { setTimeout as sleep } from "node:timers/promises";
import { BrokerUnreachable } from "@spot-messaging/management";
import type { Duration } from "@spot-messaging/topology";
import { type DriftParagraph, driftLine, driftParagraphs } from "@spot-messaging/topology/render";
import { type DriftReport, driftCount } from "@spot-messaging/topology/review";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { paragraphLines, renderDrift } from "../render/drift.ts";

/** How a broker is watched. */
export interface DriftWatch {
    readonly read: () => Promise<DriftReport>;
    readonly interval: Duration;
    /** Whether each change is printed as one line of JSON. */
    readonly isJson: boolean;
}

/** What changed between two comparisons. */
interface DriftStep {
    readonly appeared: readonly DriftParagraph[];
    readonly changed: readonly DriftParagraph[];
    readonly solved: readonly DriftParagraph[];
}

/**
 * Compares at each interval and prints only what changed, until the user interrupts it. A broker that does not answer for a while does not end
 * it, unless it never answered.
 * @returns exit code 1 if the last comparison has a difference
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function watchDrift(
    { read, interval, isJson }: DriftWatch,
    io: CommandIo,
): Promise<CommandResult> {
    const end = io.interruption?.() ?? new AbortController().signal;
    let report = await read();
    let before = driftParagraphs(report);
    io.print(
        isJson
            ? jsonLine(report, { appeared: before, changed: [], solved: [] })
            : `${renderDrift(report, io.page)}\n`,
    );
    let isUnreachable = false;
    while (!(await hasEnded(end, interval))) {
        try {
            report = await read();
            isUnreachable = false;
        } catch (error) {
            if (!(error instanceof BrokerUnreachable)) {
                throw error;
            }
            if (!isUnreachable) {
                io.printError(`${error.message}\n`);
            }
            isUnreachable = true;
            continue;
        }
        const after = driftParagraphs(report);
        const step = stepOf(before, after);
        before = after;
        if (step.appeared.length + step.changed.length + step.solved.length > 0) {
            io.print(isJson ? jsonLine(report, step) : stepText(report, step, io));
        }
    }
    return { output: "", exitCode: driftCount(report) === 0 ? 0 : 1 };
}

/** Waits for the interval, or until the user interrupts. */
async function hasEnded(end: AbortSignal, interval: Duration): Promise<boolean> {
    await sleep(interval, undefined, { signal: end }).catch(() => undefined);
    return end.aborted;
}

function stepOf(before: readonly DriftParagraph[], after: readonly DriftParagraph[]): DriftStep {
    const known = new Map(before.map((each) => [each.id, JSON.stringify(each)]));
    const present = new Set(after.map(({ id }) => id));
    return {
        appeared: after.filter(({ id }) => !known.has(id)),
        changed: after.filter(
            (each) => (known.get(each.id) ?? "") !== JSON.stringify(each) && known.has(each.id),
        ),
        solved: before.filter(({ id }) => !present.has(id)),
    };
}

function jsonLine(report: DriftReport, step: DriftStep): string {
    return `${JSON.stringify({ at: now(), line: driftLine(report), ...step })}\n`;
}

function stepText(report: DriftReport, { appeared, changed, solved }: DriftStep, io: CommandIo): string {
    const { page } = io;
    return [
        `${page.paint("faint", now())} ${driftLine(report)}`,
        ...[...appeared, ...changed].flatMap((each) => paragraphLines(each, page)),
        ...solved.map(({ title }) => `  ${page.paint("good", "solved")}: ${title}`),
    ]
        .map((line) => `${line}\n`)
        .join("");
}

/** The time, in seconds. */
function now(): string {
    return `${new Date().toISOString().slice(0, 19)}Z`;
}
