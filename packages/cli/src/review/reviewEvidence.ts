import { BrokerUnreachable } from "@spot-messaging/management";
import { UsageError, UserError } from "@spot-messaging/topology";
import {
    blastRadius,
    type Evidence,
    type ReviewedStack,
    type StackEvidence,
    touchedVhosts,
    type UnreadStack,
} from "@spot-messaging/topology/review";
import { quoted } from "@spot-messaging/topology/text";
import type { LiveBroker } from "../input/liveBroker.ts";
import { readText } from "../input/textFile.ts";
import type { CommandIo, Stdin } from "../process/commandIo.ts";
import { withSlowNotice } from "../process/slowNotice.ts";

/** The options for a live broker and the engine's preview. */
export interface EvidenceOptions {
    readonly broker?: string;
    readonly preview?: string;
    /** Whether the broker is one side of the comparison. */
    readonly isSide?: boolean;
}

/** The compared and the unread stacks of a review. */
interface ReviewedStacks {
    readonly stacks: readonly ReviewedStack[];
    readonly unread: readonly UnreadStack[];
}

/**
 * Reads the engine's preview and queries a live broker for the reviewed stacks. An unreachable broker or an unreadable preview becomes a
 * problem of the report.
 * @throws UsageError
 */
export async function reviewEvidence(
    reviewed: ReviewedStacks,
    { broker, preview, isSide }: EvidenceOptions,
    { env, stdin, printError }: Pick<CommandIo, "env" | "stdin" | "printError">,
): Promise<Evidence> {
    const engine = preview === undefined ? undefined : await engineEvidence(reviewed, preview, stdin);
    const live =
        broker === undefined
            ? undefined
            : await liveEvidence(reviewed, engine, await openBroker(broker, env), printError);
    const side =
        isSide === true && live?.live !== undefined ? { ...live, live: { ...live.live, isSide } } : live;
    const all = [side, engine].filter((each) => each !== undefined);
    const stacks = new Map<string, StackEvidence>();
    for (const { stack, ...found } of all) {
        if (stack !== undefined) {
            const known = stacks.get(stack);
            stacks.set(stack, {
                ...known,
                ...found,
                problems: [...(known?.problems ?? []), ...found.problems],
            });
        }
    }
    return {
        stacks,
        problems: all.flatMap(({ stack, problems }) => (stack === undefined ? problems : [])),
    };
}

/** Evidence and its stack. Without a stack, its problems belong to the whole report. */
interface FoundEvidence extends StackEvidence {
    readonly stack?: string;
}

async function openBroker(url: string, env: CommandIo["env"]): Promise<LiveBroker> {
    const { brokerAtUrl } = await import("../input/liveBroker.ts");
    return brokerAtUrl(url, env);
}

/** Queries the broker only if the change destroys something. */
async function liveEvidence(
    reviewed: ReviewedStacks,
    engine: FoundEvidence | undefined,
    broker: LiveBroker,
    printError: (text: string) => void,
): Promise<FoundEvidence> {
    const stack = onlyStack(reviewed, "--broker");
    if (stack === undefined) {
        return { problems: [] };
    }
    const unreviewed = engine?.stack === stack.stack ? engine.engine?.unreviewed : undefined;
    const reviews = [stack, ...(unreviewed === undefined ? [] : [unreviewed])];
    const vhosts = [...new Set(reviews.flatMap(({ review, before }) => touchedVhosts(review, before)))];
    try {
        const queues =
            vhosts.length === 0
                ? []
                : await withSlowNotice(
                      broker.queueNumbers(vhosts),
                      printError,
                      `reading queue metrics from broker "${broker.endpoint}"`,
                  );
        const numbers = { broker: broker.endpoint, queues, now: Date.now() };
        const all = reviews.map(({ review, before }) => blastRadius(review, before, numbers));
        // If both reviews have a change, the numbers of the reviewed change count.
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

async function engineEvidence(reviewed: ReviewedStacks, file: string, stdin: Stdin): Promise<FoundEvidence> {
    const { readPreview } = await import("@spot-messaging/topology/review");
    const { enginePreview, previewedStack } = await import("@spot-messaging/topology/review");
    const source = file === "-" ? "standard input" : file;
    try {
        const text = await readText(file, stdin, "read what pulumi wrote to standard error");
        const preview = readPreview(text, source);
        const stack = stackOfPreview(reviewed, previewedStack(preview), source);
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

function stackOfPreview(
    reviewed: ReviewedStacks,
    name: string | undefined,
    source: string,
): ReviewedStack | undefined {
    if (name === undefined) {
        return onlyStack(reviewed, "--preview");
    }
    const stack = reviewed.stacks.find((each) => each.stack === name);
    const names = namesOf(reviewed);
    if (stack === undefined && names.length > 0 && !names.includes(name)) {
        const known = quoted(names);
        throw new UsageError(
            `preview "${source}" belongs to stack "${name}", but ${known} is reviewed; pass the preview of the same stack`,
        );
    }
    return stack;
}

/** The only stack of the review; `undefined` if it is unread, which is reported already. */
function onlyStack(reviewed: ReviewedStacks, option: string): ReviewedStack | undefined {
    const names = namesOf(reviewed);
    if (names.length > 1) {
        throw new UsageError(
            `${option} needs a single stack, but there are several (${names.join(", ")}); choose one with --stack`,
        );
    }
    return reviewed.stacks[0];
}

function namesOf({ stacks, unread }: ReviewedStacks): readonly string[] {
    return [...stacks, ...unread].map(({ stack }) => stack);
}
