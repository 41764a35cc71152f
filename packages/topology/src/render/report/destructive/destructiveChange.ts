import type { Change, ChangedObject, Consequence, Effect } from "../../../review/compare/change.ts";
import type { ContractChange } from "../../../review/compare/contract/contractRule.ts";
import type { PermissionChange } from "../../../review/compare/permissions/permissionChange.ts";
import type { RouteChange } from "../../../review/compare/routes/routingDiff.ts";
import { lostMessagesOf } from "../../../review/live/blastRadius.ts";
import type { LiveQueue } from "../../../review/live/impact.ts";
import type { ApprovedChange, StackReport } from "../../../review/report/report.ts";
import type { Review } from "../../../review/report/review.ts";
import { isDestructive } from "../../../review/report/verdict.ts";
import { counted } from "../../../text/units.ts";
import { listed, name, names, type Phrase, strong, words } from "../phrase.ts";
import { fieldsText } from "../tables/fieldText.ts";
import { routeWords, sendersText } from "../tables/routeText.ts";

/** A change that needs approval, with everything known about it. */
export interface DestructiveChange {
    readonly stack: string;
    /** The id for its approval. */
    readonly id: string;
    /** The consequence: `messages are lost`. */
    readonly outcome: string;
    readonly reasons: readonly DestructionReason[];
    /** The number of reasons that are not shown. */
    readonly moreReasons: number;
    /** The fields, queues or names that differ. */
    readonly difference: Phrase;
    /** The numbers of a live broker, in sentences, or why they are unknown. Empty if numbers do not apply. */
    readonly live: readonly string[];
    /** How many messages would be lost now. @default - unknown, or none */
    readonly lostMessages?: number;
    readonly safeWay?: string;
    /** @default - it is not approved */
    readonly approval?: ApprovedChange;
}

/** Why a change needs approval: a sentence and its rule. */
export interface DestructionReason {
    readonly text: string;
    /** The rule and its documentation. @default - it follows from the declarations of services */
    readonly rule?: { readonly id: string; readonly source: string };
}

/** The changes that need approval: those not yet approved first, then in the order of the verdict. */
export function destructiveChangesOf(stack: StackReport): readonly DestructiveChange[] {
    const { review, approved, engine } = stack;
    const known = new Map([
        ...(engine?.unreviewed === undefined ? [] : knownIn(engine.unreviewed.review)),
        ...knownIn(review),
    ]);
    const approvals = new Map(approved.map((each) => [each.id, each]));
    const all = [...new Set([...review.verdict.toApprove, ...stack.unapproved])].map(
        (id): DestructiveChange => {
            const { isCountable, ...found } = known.get(id) ?? destructiveRemoval(stack);
            const approval = approvals.get(id);
            return {
                stack: stack.stack,
                id,
                ...found,
                ...(isCountable ? liveOf(stack, id) : { live: [] }),
                ...(approval !== undefined && { approval }),
            };
        },
    );
    return [...all.filter(({ approval }) => approval === undefined), ...all.filter((each) => each.approval)];
}

interface Known
    extends Pick<DestructiveChange, "outcome" | "reasons" | "moreReasons" | "difference" | "safeWay"> {
    /** Whether a broker's numbers apply. */
    readonly isCountable: boolean;
}

function knownIn(review: Review): readonly (readonly [string, Known])[] {
    const ways = safeWaysByRoute(review.changes);
    return [
        ...review.changes.map((each) => [each.id, destructiveObjectChange(each)] as const),
        ...review.routing.map((each) => [each.id, destructiveRoute(each, ways.get(each.id))] as const),
        ...review.permissions.map((each) => [each.id, destructivePermission(each)] as const),
        ...review.contract.map((each) => [each.id, destructiveContract(each)] as const),
    ];
}

const reasonsShown = 3;

const outcomes: Readonly<Record<Consequence, string>> = {
    none: "messages are not affected",
    delayed: "messages are delayed",
    reordered: "messages may be reordered",
    dropped: "messages are dropped",
    lost: "messages are lost",
};

function destructiveObjectChange(change: Change): Known {
    const costly = change.effects.filter(({ consequence }) => isDestructive(consequence));
    const reasons = [
        ...new Map(costly.map((each) => [`${each.reason.rule} ${sentence(each)}`, each])).values(),
    ];
    return {
        outcome: outcomes[change.consequence],
        reasons: reasons.slice(0, reasonsShown).map((each) => ({
            text: sentence(each),
            rule: { id: each.reason.rule, source: each.reason.source },
        })),
        moreReasons: Math.max(0, reasons.length - reasonsShown),
        difference: change.action === "delete" || change.action === "create" ? [] : fieldsText(change),
        ...(change.safeWay !== undefined && { safeWay: change.safeWay }),
        isCountable: true,
    };
}

function sentence({ object, reason }: Effect): string {
    return object === undefined ? reason.text : `${labelOf(object)}: ${reason.text}`;
}

function labelOf({ kind, name: called }: ChangedObject): string {
    return `${kind} "${called}"`;
}

/** The safe ways of the changes that cause route changes; for several causes, that of the worst. */
function safeWaysByRoute(changes: readonly Change[]): ReadonlyMap<string, string> {
    const ways = new Map<string, string>();
    for (const { route, safeWay } of changes.flatMap(({ effects }) => effects)) {
        if (route !== undefined && safeWay !== undefined && !ways.has(route)) {
            ways.set(route, safeWay);
        }
    }
    return ways;
}

function destructiveRoute(
    route: RouteChange,
    safeWay = "Stop publishing with the routing key in one release and delete the binding in a later one; or bind another queue first.",
): Known {
    const { exchange, routingKey, before, consequence } = route;
    const senders = sendersText(route);
    return {
        outcome: outcomes[consequence],
        reasons: [
            {
                text: `routing key "${routingKey}" of exchange "${exchange}" ${routeWords[route.kind]}${senders === "" ? "" : ` (${senders})`}`,
            },
        ],
        moreReasons: 0,
        difference: [
            ...names(before.queues),
            ...words(" → "),
            ...(route.after.queues.length === 0 ? strong("no queue") : names(route.after.queues)),
        ],
        safeWay,
        isCountable: true,
    };
}

function destructivePermission({ user, right, unasked, exchange, proven }: PermissionChange): Known {
    return {
        outcome: "permissions are widened",
        reasons: [
            {
                text: `user "${user}" ${permissionWords(right, exchange)} that service "${user}" does not declare to need${proven ? "" : ". The pattern is not a plain list of names, so it may match more"}`,
            },
        ],
        moreReasons: 0,
        difference: names(unasked),
        safeWay: "Grant only what the service declares to use.",
        isCountable: false,
    };
}

function permissionWords(right: PermissionChange["right"], exchange: string | undefined): string {
    switch (right) {
        case "tags":
            return "gets user tags, which apply to all virtual hosts,";
        case "write keys":
            return `may publish to exchange "${exchange ?? ""}" with routing keys`;
        case "read keys":
            return `may bind to exchange "${exchange ?? ""}" with routing keys`;
        case "configure":
        case "write":
        case "read":
            return `gets ${right} access to names`;
    }
}

function destructiveContract({ text, safeWay }: ContractChange): Known {
    return {
        outcome: "a service is broken",
        reasons: [{ text }],
        moreReasons: 0,
        difference: [],
        safeWay,
        isCountable: false,
    };
}

/** A removed stack is approved as a whole. */
function destructiveRemoval({ before, review }: StackReport): Known {
    const kinds = [
        counted(before.queues.length, "queue"),
        counted(before.exchanges.length, "exchange"),
        counted(before.bindings.length, "binding"),
        counted(before.users.length, "user"),
    ];
    return {
        outcome: outcomes[review.verdict.consequence],
        reasons: [
            {
                text: `everything that the stack declares is deleted, with all messages: ${kinds.join(", ")}`,
            },
        ],
        moreReasons: 0,
        difference: listed(
            before.queues.slice(0, 20).map((each) => name(each.name)),
            ", ",
        ),
        safeWay: "Stop the publishers, let consumers empty the queues, then remove the stack.",
        isCountable: true,
    };
}

const queuesShown = 3;

function liveOf(
    { live, problems }: StackReport,
    id: string,
): Pick<DestructiveChange, "live" | "lostMessages"> {
    if (live === undefined) {
        const isQueried = problems.some(({ kind }) => kind === "unreachable");
        return { live: [isQueried ? "unknown: the broker did not answer" : "unknown without --broker"] };
    }
    const queues = live.changes.get(id) ?? [];
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
