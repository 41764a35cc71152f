import { objectKey, type Topology } from "../../model/index.ts";
import { type Action, type Change, type ChangedObject, changeId, objectId } from "../compare/change.ts";
import { comparedObjects } from "../compare/comparedObject.ts";
import { actionOf, type EngineObject } from "./brokerObjects.ts";
import { type Unreviewed, unreviewed } from "./unreviewed.ts";

export const disagreementKinds = [
    /** Both change it, but not in the same way. */
    "action",
    /** Only the engine changes it: the broker, or what the engine remembers of it, is not what the base says. */
    "drift",
    /** Only the review changes it. */
    "missing",
    /** The preview declares what the head does not, or the other way round: it is of another commit. */
    "commit",
] as const;

/** How the engine and the review can disagree. */
export type DisagreementKind = (typeof disagreementKinds)[number];

/** Where review and engine do not say the same. */
export interface Disagreement {
    readonly kind: DisagreementKind;
    readonly object: ChangedObject;
    readonly review?: Action;
    readonly engine?: Action;
    /** Whether somebody must look before it is applied, since it may cost messages and nothing judges it. */
    readonly isFinding: boolean;
    /** A sentence. */
    readonly text: string;
}

/** How far review and engine agree. */
export interface Agreement {
    /** Changes that both see. */
    readonly agreed: number;
    /** Objects that the engine makes again only because something that they need is made again. */
    readonly follows: number;
    readonly disagreements: readonly Disagreement[];
    /** What the engine would do that the change under review does not. @default - nothing that can be judged */
    readonly unreviewed?: Unreviewed;
}

/** What lives in the program alone; no resource stands for it. */
const programKinds: readonly ChangedObject["kind"][] = ["broker", "service", "retry"];
/** Fields of a queue that the broker is not told. */
const programFields = ["retain", "purpose"];

/** What a preview of the engine is compared with, and the broker's objects in it. */
export interface Compared {
    readonly changes: readonly Change[];
    readonly after: Topology;
    readonly objects: readonly EngineObject[];
    /** Whether the preview lists what does not change, too, as the stream of events does. */
    readonly isComplete: boolean;
    /** Whether the engine has made nothing of the stack yet, so that everything is new to it. */
    readonly isFresh: boolean;
}

/**
 * Compares what the review says with what the engine says, object by object. What the engine would do beside the change is judged as if it
 * were one: it needs somebody's agreement where it destroys, and is else no obstacle. Nor is what has been applied already.
 */
export function agreement({ changes, after, objects, isComplete, isFresh }: Compared): Agreement {
    const foreign = foreignObjects(objects, after, isComplete);
    const isForeign = new Set(foreign.map(({ object }) => objectId(object)));
    const byObject = new Map(objects.map((each) => [objectId(each.object), each]));
    const reviewed = new Map(changes.map((each) => [objectId(each.object), each]));
    let agreed = 0;
    let follows = 0;
    const found: Disagreement[] = [...foreign];
    const others: Other[] = [];
    for (const [id, change] of reviewed) {
        const each = byObject.get(id);
        const engine = actionOf(each?.operation ?? "same");
        if (isForeign.has(id) || !isExpected(change)) {
            continue;
        }
        if (engine === change.action || (isFresh && isFine(change.action, engine))) {
            agreed++;
        } else if (each === undefined || engine === undefined) {
            found.push(missing(change));
        } else {
            others.push({ each, engine, text: otherAction(change, engine), change });
        }
    }
    const replaced = new Set(
        objects
            .filter(({ operation, object }) => operation === "replace" && object.kind !== "binding")
            .map(({ object }) => objectKey(object)),
    );
    for (const [id, each] of byObject) {
        const engine = actionOf(each.operation);
        if (engine === undefined || reviewed.has(id) || isForeign.has(id) || isFresh) {
            continue;
        }
        if (engine === "replace" && isUnchanged(each) && isBoundTo(each, replaced)) {
            follows++;
        } else {
            others.push({ each, engine, text: drifted(each, engine) });
        }
    }
    const own = unreviewed(
        others.map(({ each }) => each),
        after,
    );
    const judged = new Set(own?.review.changes.map(({ id }) => id));
    return {
        agreed,
        follows,
        disagreements: [...found, ...others.map((each) => otherwise(each, judged))].sort(byWeight),
        ...(own !== undefined && own.review.changes.length > 0 && { unreviewed: own }),
    };
}

/** What the engine does otherwise than the review. */
interface Other {
    readonly each: EngineObject;
    readonly engine: Action;
    readonly text: string;
    /** @default - the review does nothing */
    readonly change?: Change;
}

function otherwise(
    { each: { object }, engine, text, change }: Other,
    judged: ReadonlySet<string>,
): Disagreement {
    return {
        kind: change === undefined ? "drift" : "action",
        object,
        ...(change !== undefined && { review: change.action }),
        engine,
        isFinding:
            costly.includes(object.kind) &&
            (engine === "replace" || engine === "delete") &&
            !judged.has(changeId(engine, object)),
        text,
    };
}

/** Where nothing is there yet, the engine makes what the head has, and need not delete what it has not. */
function isFine(action: Action, engine: Action | undefined): boolean {
    return action === "delete" ? engine === undefined : engine === "create";
}

function isExpected({ object, fields, action }: Change): boolean {
    const isOurs =
        object.kind === "queue" &&
        action === "update" &&
        fields.every(({ field }) => programFields.includes(field));
    return !programKinds.includes(object.kind) && !isOurs;
}

function isUnchanged({ step: { before, after } }: EngineObject): boolean {
    return JSON.stringify(before) === JSON.stringify(after);
}

/** A binding goes with either of its ends, and the engine makes it again after them. */
function isBoundTo({ object, step: { after } }: EngineObject, replaced: ReadonlySet<string>): boolean {
    const ends = [after?.["source"], after?.["destination"]];
    return ends.some((end) => typeof end === "string" && replaced.has(JSON.stringify([object.vhost, end])));
}

/** What a program declares and the head does not, or the other way round, means another program. */
function foreignObjects(
    objects: readonly EngineObject[],
    after: Topology,
    isComplete: boolean,
): readonly Disagreement[] {
    const declared = objects.filter(({ operation }) => operation !== "delete" && operation !== "other");
    if (declared.length === 0) {
        return [];
    }
    const inPreview = new Map(declared.map(({ object }) => [objectId(object), object]));
    const inHead = new Map(
        [...comparedObjects(after)]
            .map(([id, { object }]) => [id, object] as const)
            .filter(([, { kind }]) => !programKinds.includes(kind)),
    );
    const only = (
        some: ReadonlyMap<string, ChangedObject>,
        others: ReadonlyMap<string, ChangedObject>,
        text: string,
    ): readonly Disagreement[] =>
        [...some].flatMap(([id, object]) =>
            others.has(id)
                ? []
                : [{ kind: "commit", object, isFinding: true, text: `${label(object)} ${text}` }],
        );
    return [
        ...only(
            inPreview,
            inHead,
            "is declared in the preview, but not by the head: the preview is of another commit",
        ),
        ...only(
            isComplete ? inHead : new Map(),
            inPreview,
            "is declared by the head, but not in the preview: the preview is of another commit",
        ),
    ];
}

function missing(change: Change): Disagreement {
    const { object, action } = change;
    return {
        kind: "missing",
        object,
        review: action,
        isFinding: false,
        text: `${label(object)} ${doneTo[action]} between base and head, but the engine leaves it as it is: it has been applied already, or the engine's state is of another branch`,
    };
}

function otherAction({ object, action }: Change, engine: Action): string {
    return `${label(object)} ${doneTo[action]} between base and head, but the engine would ${does[engine]}: what is deployed is not the base`;
}

/** Kinds whose deletion takes messages, or a way of messages, with it. */
const costly: readonly ChangedObject["kind"][] = ["vhost", "exchange", "queue", "binding"];

function drifted({ object, step }: EngineObject, engine: Action): string {
    const paths = step.paths.length === 0 ? "" : ` (${step.paths.slice(0, 3).join(", ")})`;
    return `${label(object)} is the same in base and head, but the engine would ${does[engine]}${paths}: somebody changed it by hand, or the base was never applied`;
}

const doneTo: Readonly<Record<Action, string>> = {
    create: "is added",
    update: "changes in place",
    replace: "is replaced",
    delete: "is deleted",
};

const does: Readonly<Record<Action, string>> = {
    create: "create it",
    update: "change it in place",
    replace: "delete it and make it again",
    delete: "delete it",
};

function label({ kind, vhost, name }: ChangedObject): string {
    return `${kind} "${name}"${vhost === "" ? "" : ` in vhost "${vhost}"`}`;
}

/** Findings first, then by kind and object. */
function byWeight(a: Disagreement, b: Disagreement): number {
    const weight = ({ isFinding, kind, object }: Disagreement): string =>
        `${isFinding ? 0 : 1}${disagreementKinds.indexOf(kind)}${objectId(object)}`;
    const [left, right] = [weight(a), weight(b)];
    return left < right ? -1 : left > right ? 1 : 0;
}
