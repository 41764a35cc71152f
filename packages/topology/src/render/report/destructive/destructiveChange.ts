import type { Change, ChangedObject, Consequence, Effect } from "../../../review/compare/change.ts";
import type { ContractChange } from "../../../review/compare/contract/contractRule.ts";
import type { RightsChange } from "../../../review/compare/rights/rightsChange.ts";
import type { RouteChange } from "../../../review/compare/routes/routingDiff.ts";
import { dyingOf } from "../../../review/live/blastRadius.ts";
import type { LiveQueue } from "../../../review/live/impact.ts";
import type { ApprovedChange, StackReport } from "../../../review/report/report.ts";
import type { Review } from "../../../review/report/review.ts";
import { isDestructive } from "../../../review/report/verdict.ts";
import { counted } from "../../../text/units.ts";
import { listed, name, names, type Phrase, strong, words } from "../phrase.ts";
import { fieldsText } from "../tables/fieldText.ts";
import { routeWords, sendersText } from "../tables/routeText.ts";

/** Something that somebody must agree to by name, with all that is known of it. */
export interface DestructiveChange {
    readonly stack: string;
    /** What an approval names. */
    readonly id: string;
    /** What happens to messages or to those who send them: `messages are lost`. */
    readonly outcome: string;
    readonly reasons: readonly DestructionReason[];
    /** How many reasons more there are. */
    readonly moreReasons: number;
    /** What differs. */
    readonly difference: Phrase;
    /** What a live broker says, a sentence each; that it was not asked is a sentence, too. Empty where numbers say nothing about it. */
    readonly live: readonly string[];
    /** How many messages would die now. @default - nobody knows, or none */
    readonly dying?: number;
    readonly safeWay?: string;
    /** @default - nobody agreed to it */
    readonly approval?: ApprovedChange;
}

/** Why a change needs approval: a sentence, and the rule that says so. */
export interface DestructionReason {
    readonly text: string;
    /** The rule and where it is written down. @default - it follows from what services declare */
    readonly rule?: { readonly id: string; readonly source: string };
}

/** What somebody must agree to, not yet agreed first, then in the order of the verdict. */
export function destructiveChangesOf(stack: StackReport): readonly DestructiveChange[] {
    const { review, approved, engine } = stack;
    const known = new Map([
        ...(engine?.unreviewed === undefined ? [] : knownIn(engine.unreviewed.review)),
        ...knownIn(review),
    ]);
    const approvals = new Map(approved.map((each) => [each.id, each]));
    const all = [...new Set([...review.verdict.toApprove, ...stack.unapproved])].map(
        (id): DestructiveChange => {
            const { counts, ...found } = known.get(id) ?? stackDanger(stack);
            const approval = approvals.get(id);
            return {
                stack: stack.stack,
                id,
                ...found,
                ...(counts ? liveOf(stack, id) : { live: [] }),
                ...(approval !== undefined && { approval }),
            };
        },
    );
    return [...all.filter(({ approval }) => approval === undefined), ...all.filter((each) => each.approval)];
}

interface Known
    extends Pick<DestructiveChange, "outcome" | "reasons" | "moreReasons" | "difference" | "safeWay"> {
    /** Whether a broker's numbers say how much it is. */
    readonly counts: boolean;
}

function knownIn(review: Review): readonly (readonly [string, Known])[] {
    const ways = safeWaysByRoute(review.changes);
    return [
        ...review.changes.map((each) => [each.id, changeDanger(each)] as const),
        ...review.routing.map((each) => [each.id, routeDanger(each, ways.get(each.id))] as const),
        ...review.permissions.map((each) => [each.id, rightsDanger(each)] as const),
        ...review.contract.map((each) => [each.id, contractDanger(each)] as const),
    ];
}

const reasonsShown = 3;

const outcomes: Readonly<Record<Consequence, string>> = {
    none: "no message is touched",
    delayed: "messages are delayed",
    reordered: "messages change their order",
    dropped: "messages are dropped",
    lost: "messages are lost",
};

function changeDanger(change: Change): Known {
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
        counts: true,
    };
}

function sentence({ object, reason }: Effect): string {
    return object === undefined ? reason.text : `${labelOf(object)}: ${reason.text}`;
}

function labelOf({ kind, name: called }: ChangedObject): string {
    return `${kind} "${called}"`;
}

/** The safe ways of the changes that are to blame for routes; of the worst one, where they are several. */
function safeWaysByRoute(changes: readonly Change[]): ReadonlyMap<string, string> {
    const ways = new Map<string, string>();
    for (const { route, safeWay } of changes.flatMap(({ effects }) => effects)) {
        if (route !== undefined && safeWay !== undefined && !ways.has(route)) {
            ways.set(route, safeWay);
        }
    }
    return ways;
}

function routeDanger(
    route: RouteChange,
    safeWay = "Stop publishing the key in one release, and take its queue away in a later one; or bind another queue first.",
): Known {
    const { exchange, routingKey, before, consequence } = route;
    const senders = sendersText(route);
    return {
        outcome: outcomes[consequence],
        reasons: [
            {
                text: `key "${routingKey}" of exchange "${exchange}" ${routeWords[route.kind]}${senders === "" ? "" : ` (${senders})`}`,
            },
        ],
        moreReasons: 0,
        difference: [
            ...names(before.queues),
            ...words(" → "),
            ...(route.after.queues.length === 0 ? strong("nothing") : names(route.after.queues)),
        ],
        safeWay,
        counts: true,
    };
}

function rightsDanger({ user, right, unasked, exchange, proven }: RightsChange): Known {
    return {
        outcome: "rights are widened",
        reasons: [
            {
                text: `user "${user}" ${rightWords(right, exchange)} what no declaration of a service of that name asks for${proven ? "" : ", and perhaps more: the pattern is no list of names"}`,
            },
        ],
        moreReasons: 0,
        difference: names(unasked),
        safeWay: "Grant only the names that the service declares to use.",
        counts: false,
    };
}

function rightWords(right: RightsChange["right"], exchange: string | undefined): string {
    return right === "tags"
        ? "gets tags, which hold everywhere, and"
        : `may ${right}${exchange === undefined ? "" : ` of exchange "${exchange}"`}`;
}

function contractDanger({ text, safeWay }: ContractChange): Known {
    return {
        outcome: "a service is broken",
        reasons: [{ text }],
        moreReasons: 0,
        difference: [],
        safeWay,
        counts: false,
    };
}

/** A stack that goes is agreed to as one. */
function stackDanger({ before, review }: StackReport): Known {
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
                text: `everything that the stack declares goes, with every message in it: ${kinds.join(", ")}`,
            },
        ],
        moreReasons: 0,
        difference: listed(
            before.queues.slice(0, 20).map((each) => name(each.name)),
            ", ",
        ),
        safeWay: "Stop what publishes, let the consumers empty the queues, and remove the stack then.",
        counts: true,
    };
}

const queuesShown = 3;

function liveOf({ live, problems }: StackReport, id: string): Pick<DestructiveChange, "live" | "dying"> {
    if (live === undefined) {
        const isAsked = problems.some(({ kind }) => kind === "unreachable");
        return { live: [isAsked ? "unknown: the broker gave no answer" : "unknown without --broker"] };
    }
    const queues = live.changes.get(id) ?? [];
    const { known, isExact } = dyingOf(queues);
    const rest = queues.length - queuesShown;
    return {
        live: [
            ...(queues.length > 1 && known > 0 ? [totalText(known, isExact)] : []),
            ...queues.slice(0, queuesShown).map(queueText),
            ...(rest > 0 ? [`and ${counted(rest, "queue")} more`] : []),
        ],
        ...(known > 0 && { dying: known }),
    };
}

function totalText(known: number, isExact: boolean): string {
    return `${isExact ? "" : "at least "}${counted(known, "message")} would die now`;
}

function queueText({ name: called, text }: LiveQueue): string {
    return `queue "${called}": ${text}`;
}
