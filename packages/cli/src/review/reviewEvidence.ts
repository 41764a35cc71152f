import { BrokerUnreachable } from "@spot-messaging/management";
import { UsageError, UserError } from "@spot-messaging/topology";
import {
    blastRadius,
    buildReport,
    outcomeOf,
    type Report,
    type ReportParts,
    type ReportProblem,
    type StackEvidence,
    type StackReport,
    touchedVhosts,
    withEvidence,
} from "@spot-messaging/topology/review";
import { redactText } from "@spot-messaging/topology/text";
import { passwordVariable } from "../input/brokerUrl.ts";
import type { LiveBroker } from "../input/liveBroker.ts";
import { readText } from "../input/textFile.ts";
import type { CommandIo, Stdin } from "../process/commandIo.ts";
import { withSlowNotice } from "../process/slowNotice.ts";

/** Who else is asked. */
export interface EvidenceOptions {
    readonly broker?: string;
    readonly preview?: string;
}

/**
 * Reports with what a live broker and the engine's preview say. A broker that does not answer, and a preview that cannot be read, are told in the
 * report.
 * @throws UsageError
 */
export async function withOthersEvidence(
    parts: ReportParts,
    { broker, preview }: EvidenceOptions,
    { env, stdin, printError }: Pick<CommandIo, "env" | "stdin" | "printError">,
): Promise<Report> {
    const secrets = [env[passwordVariable] ?? ""].filter(Boolean);
    const own = buildReport(parts);
    const engine = preview === undefined ? undefined : await engineEvidence(own, preview, stdin);
    const report = withBeside(own, parts, engine);
    const live =
        broker === undefined
            ? undefined
            : await liveEvidence(report, engine, await opened(broker, env), printError);
    const evidence = new Map<string, StackEvidence>();
    const problems: ReportProblem[] = [];
    for (const each of [live, engine]) {
        if (each?.stack === undefined) {
            problems.push(...(each?.problems ?? []));
            continue;
        }
        const known = evidence.get(each.stack);
        evidence.set(each.stack, {
            ...known,
            ...each,
            problems: [...(known?.problems ?? []), ...each.problems],
        });
    }
    const clean = ({ kind, text }: ReportProblem): ReportProblem => ({
        kind,
        text: redactText(text, secrets),
    });
    const judged = withEvidence({ ...report, problems: [...report.problems, ...problems] }, evidence);
    const told = {
        ...judged,
        problems: judged.problems.map(clean),
        unread: judged.unread.map((stack) => ({ ...stack, problems: stack.problems.map(clean) })),
        stacks: judged.stacks.map((stack) => ({ ...stack, problems: stack.problems.map(clean) })),
    };
    return { ...told, outcome: outcomeOf(told) };
}

/** Evidence and the stack that it is about; without one, its problems are those of the whole report. */
interface FoundEvidence extends StackEvidence {
    readonly stack?: string;
}

/** What the engine would do beside the change needs the same agreement, from the same file. */
function withBeside(own: Report, parts: ReportParts, engine: FoundEvidence | undefined): Report {
    const beside = engine?.engine?.unreviewed?.review.verdict;
    if (beside === undefined) {
        return own;
    }
    const stacks = parts.stacks.map((each) => (each.stack === engine?.stack ? { ...each, beside } : each));
    return buildReport({ ...parts, stacks });
}

async function opened(url: string, env: CommandIo["env"]): Promise<LiveBroker> {
    const { brokerAtUrl } = await import("../input/liveBroker.ts");
    return brokerAtUrl(url, env);
}

/** Nothing is asked where nothing is destroyed: the broker could not add anything. */
async function liveEvidence(
    report: Report,
    engine: FoundEvidence | undefined,
    broker: LiveBroker,
    printError: (text: string) => void,
): Promise<FoundEvidence> {
    const stack = onlyStack(report, "--broker");
    if (stack === undefined) {
        return { problems: [] };
    }
    const beside = engine?.stack === stack.stack ? engine.engine?.unreviewed : undefined;
    const reviews = [stack, ...(beside === undefined ? [] : [beside])];
    const vhosts = [...new Set(reviews.flatMap(({ review, before }) => touchedVhosts(review, before)))];
    try {
        const queues =
            vhosts.length === 0
                ? []
                : await withSlowNotice(
                      broker.queueNumbers(vhosts),
                      printError,
                      `asking broker "${broker.endpoint}" for the numbers of its queues`,
                  );
        const numbers = { broker: broker.endpoint, queues, now: Date.now() };
        const all = reviews.map(({ review, before }) => blastRadius(review, before, numbers));
        // Of one change in both, what the review under approval says counts.
        const changes = new Map(all.toReversed().flatMap((each) => [...each.changes]));
        return {
            stack: stack.stack,
            live: { broker: broker.endpoint, changes },
            problems: [],
        };
    } catch (error) {
        if (error instanceof UserError) {
            const kind = error instanceof BrokerUnreachable ? "unreachable" : "unreadable";
            return { stack: stack.stack, problems: [{ kind, text: error.message }] };
        }
        throw error;
    }
}

async function engineEvidence(report: Report, file: string, stdin: Stdin): Promise<FoundEvidence> {
    const { readPreview } = await import("@spot-messaging/topology/review");
    const { enginePreview, previewedStack } = await import("@spot-messaging/topology/review");
    const source = file === "-" ? "standard input" : file;
    try {
        const text = await readText(file, stdin, "look at what pulumi wrote to standard error");
        const preview = readPreview(text, source);
        const stack = previewed(report, previewedStack(preview), source);
        if (stack === undefined) {
            return { problems: [] };
        }
        const { changes } = stack.review;
        return {
            stack: stack.stack,
            engine: enginePreview(source, preview, { changes, after: stack.after }),
            problems: [],
        };
    } catch (error) {
        if (error instanceof UsageError) {
            return { problems: [{ kind: "unreadable", text: error.message }] };
        }
        throw error;
    }
}

function previewed(report: Report, name: string | undefined, source: string): StackReport | undefined {
    if (name === undefined) {
        return onlyStack(report, "--preview");
    }
    const stack = report.stacks.find((each) => each.stack === name);
    const names = namesOf(report);
    if (stack === undefined && names.length > 0 && !names.includes(name)) {
        const known = names.map((each) => `"${each}"`).join(", ");
        throw new UsageError(
            `preview "${source}" is of stack "${name}", but ${known} is reviewed; give the preview of the same stack`,
        );
    }
    return stack;
}

/** Nothing where it cannot be compared, which is told already. */
function onlyStack(report: Report, option: string): StackReport | undefined {
    const names = namesOf(report);
    if (names.length > 1) {
        throw new UsageError(
            `${option} is of one stack, but there are several (${names.join(", ")}); choose with --stack`,
        );
    }
    return report.stacks[0];
}

function namesOf({ stacks, unread }: Report): readonly string[] {
    return [...stacks, ...unread].map(({ stack }) => stack);
}
