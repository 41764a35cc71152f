import { objectKey, type Topology } from "../../model/index.ts";
import { quoted } from "../../text/names.ts";
import { type Action, type Change, type ChangedObject, changeId, objectId } from "../compare/change.ts";
import { comparedObjects } from "../compare/comparedObject.ts";
import { actionOf, type EngineObject } from "./brokerObjects.ts";
import { type EngineFate, engineFates } from "./engineFate.ts";
import { type Unreviewed, unreviewed } from "./unreviewed.ts";

export const disagreementKinds = [
    /** Both change the object, but in different ways. */
    "action",
    /** The head declares the object, but it does not exist after the update. */
    "deletion",
    /** Only the engine changes the object: the broker or the engine's state differs from the base. */
    "drift",
    /** Only the review changes the object. */
    "missing",
    /** Only the preview or only the head declares the object: the preview belongs to another commit. */
    "commit",
] as const;

/** How the engine and the review can disagree. */
export type DisagreementKind = (typeof disagreementKinds)[number];

/** An object for which the review and the engine report different actions. */
export interface Disagreement {
    readonly kind: DisagreementKind;
    readonly object: ChangedObject;
    readonly review?: Action;
    readonly engine?: Action;
    /** Whether a person must check it before the update: it may lose messages, and no rule covers it. */
    readonly isFinding: boolean;
    /** A sentence. */
    readonly text: string;
}

/** How far review and engine agree. */
export interface Agreement {
    /** Changes that both see. */
    readonly agreed: number;
    /** Objects that the engine replaces only because an object that they need is replaced. */
    readonly follows: number;
    readonly disagreements: readonly Disagreement[];
    /** Changes that only the engine would make. @default - none that can be reviewed */
    readonly unreviewed?: Unreviewed;
}

/** Kinds of objects that exist only in the program and have no resource. */
const programKinds: readonly ChangedObject["kind"][] = ["broker", "service", "retry"];
/** Fields of a queue that exist only in the program. */
const programFields = ["retain", "purpose"];

/** The review of a stack and the broker objects of the engine's preview, to compare. */
export interface Compared {
    readonly changes: readonly Change[];
    readonly after: Topology;
    readonly objects: readonly EngineObject[];
    /** Whether the preview also lists unchanged resources, as the event stream does. */
    readonly isComplete: boolean;
    /** Whether the engine has deployed nothing of the stack yet, so that every resource is new. */
    readonly isFresh: boolean;
}

/**
 * Compares the review with the engine's preview, object by object. Changes that only the engine would make are reviewed as well: they need
 * approval if they destroy something. Changes that are already deployed are ignored.
 */
export function agreement({ changes, after, objects, isComplete, isFresh }: Compared): Agreement {
    const inHead = objectsOfHead(after);
    const fates = engineFates(objects, new Set(inHead.keys()));
    const otherCommit = objectsOfOtherCommit(fates, inHead, isComplete);
    const otherCommitIds = new Set(otherCommit.map(({ object }) => objectId(object)));
    const byObject = new Map(fates.map((each) => [objectId(each.object), each]));
    const reviewed = new Map(changes.map((each) => [objectId(each.object), each]));
    let agreed = 0;
    let follows = 0;
    const found: Disagreement[] = [...otherCommit];
    const others: Other[] = [];
    for (const [id, change] of reviewed) {
        const each = byObject.get(id);
        const engine = actionOf(each?.operation ?? "same");
        if (otherCommitIds.has(id) || !isExpected(change) || each?.unintended !== undefined) {
            continue;
        }
        if (change.action === "delete" && each?.isRetained === true) {
            found.push(retained(change));
        } else if (engine === change.action || (isFresh && isFine(change.action, engine))) {
            agreed++;
        } else if (each === undefined || engine === undefined) {
            found.push(missing(change));
        } else {
            others.push({ each, engine, text: otherAction(change, engine), change });
        }
    }
    for (const each of fates) {
        const change = reviewed.get(objectId(each.object));
        if (each.unintended !== undefined && change?.action === "delete") {
            agreed++;
        } else if (each.unintended !== undefined) {
            const { text, safeWay } = each.unintended;
            others.push({
                each,
                engine: "delete",
                text: `${label(each.object)} does not exist after the update, although the head declares it. ${text.charAt(0).toUpperCase()}${text.slice(1)}. ${safeWay}`,
                ...(change !== undefined && { change }),
            });
        }
    }
    const replaced = new Set(
        fates
            .filter(({ operation, object }) => operation === "replace" && object.kind !== "binding")
            .map(({ object }) => objectKey(object)),
    );
    for (const [id, each] of byObject) {
        const engine = actionOf(each.operation);
        if (
            engine === undefined ||
            each.unintended !== undefined ||
            reviewed.has(id) ||
            otherCommitIds.has(id) ||
            isFresh
        ) {
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
    const covered = new Set(own?.review.changes.map(({ id }) => id));
    return {
        agreed,
        follows,
        disagreements: [...found, ...others.map((each) => disagreementOf(each, covered))].sort(byWeight),
        ...(own !== undefined && own.review.changes.length > 0 && { unreviewed: own }),
    };
}

/** An object that the engine changes in another way than the review. */
interface Other {
    readonly each: EngineFate;
    readonly engine: Action;
    readonly text: string;
    /** @default - the review does nothing */
    readonly change?: Change;
}

function disagreementOf(
    { each: { object, unintended }, engine, text, change }: Other,
    covered: ReadonlySet<string>,
): Disagreement {
    return {
        kind: unintended !== undefined ? "deletion" : change === undefined ? "drift" : "action",
        object,
        ...(change !== undefined && { review: change.action }),
        engine,
        isFinding:
            costly.includes(object.kind) &&
            (engine === "replace" || engine === "delete") &&
            !covered.has(changeId(engine, object)),
        text,
    };
}

/** In a stack that is not deployed yet, the engine creates everything that the head declares and deletes nothing. */
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

/** A binding is deleted together with its source or its destination, and the engine creates it again after them. */
function isBoundTo({ object, step: { after } }: EngineObject, replaced: ReadonlySet<string>): boolean {
    const ends = [after?.["source"], after?.["destination"]];
    return ends.some((end) => typeof end === "string" && replaced.has(JSON.stringify([object.vhost, end])));
}

/** The objects that the head declares on the broker, by their ids. */
function objectsOfHead(after: Topology): ReadonlyMap<string, ChangedObject> {
    return new Map(
        [...comparedObjects(after)]
            .map(([id, { object }]) => [id, object] as const)
            .filter(([, { kind }]) => !programKinds.includes(kind)),
    );
}

/** Objects that only the preview or only the head declares: the preview belongs to another commit. */
function objectsOfOtherCommit(
    fates: readonly EngineFate[],
    inHead: ReadonlyMap<string, ChangedObject>,
    isComplete: boolean,
): readonly Disagreement[] {
    const declared = fates.filter(({ declarers }) => declarers.length > 0);
    if (declared.length === 0) {
        return [];
    }
    const inPreview = new Map(declared.map(({ object }) => [objectId(object), object]));
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
            "is declared in the preview, but not by the head: the preview belongs to another commit",
        ),
        ...only(
            isComplete ? inHead : new Map(),
            inPreview,
            "is declared by the head, but not in the preview: the preview belongs to another commit",
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
        text: `${label(object)} ${actionTexts[action]} between base and head, but Pulumi does not change it: the change is already deployed, the preview has a --target, or Pulumi's state belongs to another branch`,
    };
}

function retained({ object, action }: Change): Disagreement {
    return {
        kind: "action",
        object,
        review: action,
        isFinding: false,
        text: `${label(object)} ${actionTexts[action]} between base and head, but Pulumi only forgets it (retainOnDelete): it stays on the broker`,
    };
}

function otherAction({ object, action }: Change, engine: Action): string {
    return `${label(object)} ${actionTexts[action]} between base and head, but Pulumi would ${engineTexts[engine]}: the deployed topology differs from the base`;
}

/** Kinds of objects whose deletion loses messages or makes them unroutable. */
const costly: readonly ChangedObject["kind"][] = ["vhost", "exchange", "queue", "binding"];

function drifted({ object, step, declarers }: EngineFate, engine: Action): string {
    if (engine === "create" && declarers.length > 1) {
        return `${label(object)} is declared by several resources (${quoted(declarers)}): Pulumi will delete it together with the first of them that is removed. Keep one of them`;
    }
    const paths = step.paths.length === 0 ? "" : ` (${step.paths.slice(0, 3).join(", ")})`;
    return `${label(object)} is the same in base and head, but Pulumi would ${engineTexts[engine]}${paths}: it was changed by hand, or the base was never deployed`;
}

const actionTexts: Readonly<Record<Action, string>> = {
    create: "is added",
    update: "is changed in place",
    replace: "is replaced",
    delete: "is deleted",
};

const engineTexts: Readonly<Record<Action, string>> = {
    create: "create it",
    update: "change it in place",
    replace: "delete it and create it again",
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
