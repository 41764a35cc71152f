import { type Cause, type Fear, fears } from "../../../review/causes/cause.ts";
import { partsOf } from "../../../review/causes/causes.ts";
import { isDestructive } from "../../../review/compare/change.ts";
import type { RouteChange } from "../../../review/compare/routes/routingDiff.ts";
import { lostMessagesOf } from "../../../review/live/blastRadius.ts";
import type { LiveQueue } from "../../../review/live/impact.ts";
import { liveQueuesOf } from "../../../review/report/evidence.ts";
import type { ApprovedChange, Report, StackReport } from "../../../review/report/report.ts";
import { fearWords } from "../../../review/report/verdict.ts";
import { counted } from "../../../text/units.ts";
import { type CauseParts, type CauseReason, joinedReasons, reasonsOf, removalReason } from "./causeReason.ts";
import { type DiffLine, differencesOf } from "./differences.ts";
import { routeSentences } from "./routeSentence.ts";

/** One edit of the program in the report, with the stacks in which it means the same. */
export interface ReportedCause {
    /** By name. */
    readonly stacks: readonly string[];
    /** The id for its approval. */
    readonly id: string;
    /** What the program changes. */
    readonly title: string;
    /** What a person fears: `messages are lost`. Empty: nothing. */
    readonly outcome: string;
    readonly needsApproval: boolean;
    readonly reasons: readonly CauseReason[];
    /** The number of reasons that are not shown. */
    readonly moreReasons: number;
    /** The numbers of a live broker, in sentences, or why they are unknown. Empty if numbers do not apply. */
    readonly live: readonly string[];
    /** How many messages would be lost now. @default - unknown, or none */
    readonly lostMessages?: number;
    readonly safeWay?: string;
    /** @default - it is not approved, or needs no approval */
    readonly approval?: ApprovedChange;
    /** The number of objects that change. */
    readonly size: number;
    /** What differs, object by object. Of several stacks, that of the first, and what others have besides. */
    readonly differences: readonly DiffLine[];
    /** The routes that change, in sentences. */
    readonly routes: readonly string[];
}

/** All causes of a report: those not yet approved first, then the approved ones, then the harmless ones; each with what a person fears most first. */
export function reportedCauses({ stacks }: Pick<Report, "stacks">): readonly ReportedCause[] {
    const merged = new Map<string, { readonly fear: Fear; readonly causes: ReportedCause[] }>();
    for (const stack of stacks) {
        for (const cause of stack.review.causes) {
            const reported = reportedCause(cause, stack);
            const key = meaningOf(reported);
            const known = merged.get(key);
            if (known === undefined) {
                merged.set(key, { fear: cause.fear, causes: [reported] });
            } else {
                known.causes.push(reported);
            }
        }
    }
    return [...merged.values()]
        .map(({ fear, causes }) => ({ fear, cause: joinedCause(causes) }))
        .sort((a, b) => rank(a.cause) - rank(b.cause) || fears.indexOf(a.fear) - fears.indexOf(b.fear))
        .map(({ cause }) => cause);
}

/** Everything but the stack and the single objects: stacks with the same meaning share a paragraph. */
function meaningOf(cause: ReportedCause): string {
    return JSON.stringify({
        ...cause,
        stacks: [],
        differences: [],
        size: 0,
        routes: [],
        reasons: [],
        moreReasons: 0,
    });
}

function rank({ needsApproval, approval }: ReportedCause): number {
    return needsApproval ? (approval === undefined ? 0 : 1) : 2;
}

function joinedCause([first, ...others]: readonly ReportedCause[]): ReportedCause {
    if (first === undefined) {
        throw new Error("a cause belongs to a stack");
    }
    const [stacks, differences, routes] = [
        [first, ...others].flatMap((each) => each.stacks),
        [first, ...others].flatMap((each) => each.differences),
        [first, ...others].flatMap((each) => each.routes),
    ];
    return {
        ...first,
        stacks,
        reasons: others.reduce((reasons, other) => joinedReasons(reasons, other), first.reasons),
        size: Math.max(...[first, ...others].map(({ size }) => size)),
        differences: [...new Map(differences.map((each) => [JSON.stringify(each), each])).values()],
        routes: [...new Set(routes)],
    };
}

/** What a person fears, as a clause of its own. */
const outcomes: Readonly<Record<Fear, string>> = {
    ...fearWords,
    unreceived: "no service receives these messages",
    narrowed: "one of the queues no longer receives these messages",
    unconsumed: "no service consumes the queue",
    none: "",
};

const reasonsShown = 3;

function reportedCause(cause: Cause, stack: StackReport): ReportedCause {
    const { review, approved, engine } = stack;
    const own = partsOf(cause, review);
    const parts =
        own.changes.length + own.routing.length + own.permissions.length + own.contract.length > 0 ||
        engine?.unreviewed === undefined
            ? own
            : partsOf(cause, engine.unreviewed.review);
    const isRemoval = stack.state === "removed";
    const reasons = isRemoval ? [removalReason(stack)] : reasonsOf(cause, parts);
    const approval = approved.find(({ id }) => id === cause.id);
    const safeWay = isRemoval
        ? "Stop the publishers, let consumers empty the queues, then remove the stack."
        : safeWayOf(cause, parts);
    return {
        stacks: [stack.stack],
        id: cause.id,
        title: cause.title,
        outcome: outcomes[cause.fear],
        needsApproval: cause.covers.length > 0,
        reasons: reasons.slice(0, reasonsShown),
        moreReasons: Math.max(0, reasons.length - reasonsShown),
        ...(cause.covers.length > 0 && isCountable(cause, parts) ? liveOf(cause, stack) : { live: [] }),
        ...(safeWay !== undefined && { safeWay }),
        ...(approval !== undefined && { approval }),
        size: parts.changes.length,
        differences: differencesOf(parts.changes, cause.rename),
        routes: routeSentences(parts.routing).filter((each) => !reasons.some(({ text }) => text === each)),
    };
}

const routeWay =
    "Stop publishing with the routing key in one release and delete the binding in a later one; or bind another queue first.";

function safeWayOf(
    { covers }: Cause,
    { changes, routing, permissions, contract }: CauseParts,
): string | undefined {
    if (covers.length === 0) {
        return undefined;
    }
    const effects = changes.flatMap((each) => each.effects);
    return (
        changes.find(({ consequence }) => isDestructive(consequence))?.safeWay ??
        effects.find(({ route, safeWay }) => route !== undefined && safeWay !== undefined)?.safeWay ??
        (routing.some(isLostRoute) ? routeWay : undefined) ??
        contract.find(({ blocks }) => blocks)?.safeWay ??
        (permissions.some(({ needsApproval }) => needsApproval)
            ? "Grant only what the service needs."
            : undefined)
    );
}

function isLostRoute({ kind }: RouteChange): boolean {
    return kind === "unroutable" || kind === "parked";
}

/** Whether a broker's numbers apply: to queues and their messages, not to permissions. */
function isCountable({ covers }: Cause, { changes, routing }: CauseParts): boolean {
    return (
        [...changes, ...routing].some(({ id }) => covers.includes(id)) ||
        covers.some((id) => id.startsWith("delete stack "))
    );
}

const queuesShown = 3;

function liveOf(cause: Cause, { live, problems }: StackReport): Pick<ReportedCause, "live" | "lostMessages"> {
    if (live === undefined) {
        const isQueried = problems.some(({ kind }) => kind === "unreachable");
        return { live: [isQueried ? "unknown: the broker did not answer" : "unknown without --broker"] };
    }
    const queues = liveQueuesOf(cause, live);
    const { known, isExact } = lostMessagesOf(queues);
    const rest = queues.length - queuesShown;
    return {
        live: [
            ...(queues.length > 1 && known > 0 ? [totalText(known, isExact)] : []),
            ...queues.slice(0, queuesShown).map(queueText),
            ...(rest > 0 ? [`and ${counted(rest, "queue")} more`] : []),
        ],
        ...(known > 0 && { lostMessages: known }),
    };
}

function totalText(known: number, isExact: boolean): string {
    return `${isExact ? "" : "at least "}${counted(known, "message")} would be lost now`;
}

function queueText({ name: called, text }: LiveQueue): string {
    return `queue "${called}": ${text}`;
}
