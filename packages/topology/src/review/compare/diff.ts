import type { ArgumentValue, Topology } from "../../model/index.ts";
import { compareText } from "../../text/names.ts";
import { alternateEffects, isLastCatch } from "../changeRules/alternate.ts";
import { kindRules } from "../changeRules/index.ts";
import { decidingPolicies } from "../changeRules/policy.ts";
import { type Context, type Draft, topField } from "../changeRules/rule.ts";
import { settingEffects } from "../changeRules/setting.ts";
import {
    type Action,
    type Change,
    type ChangedObject,
    changeId,
    compareChanges,
    compareEffects,
    type Effect,
    type FieldChange,
    objectId,
    type Reason,
    worstOf,
} from "./change.ts";
import { brokerObject, type ComparedObject, comparedObjects } from "./comparedObject.ts";
import { type Comparison, comparisonOf } from "./comparison.ts";
import { rightsChanges } from "./rights/permissionsDiff.ts";
import { routeBlame } from "./routes/routeBlame.ts";
import { blamedRouteChanges } from "./routes/routingDiff.ts";

/** Every object that differs, what the engine does to it, and what that does to messages; worst first. */
export function diff(before: Topology, after: Topology): readonly Change[] {
    const comparison = comparisonOf(before, after);
    return changesOf({
        comparison,
        routing: routeBlame(blamedRouteChanges(comparison)),
        rights: rightsChanges(comparison),
    });
}

/** The same, where routes and rights have been compared already. */
export function changesOf(context: Context): readonly Change[] {
    const drafts = draftsOf(context.comparison);
    const shared = sharedEffects(drafts, context.comparison);
    return drafts
        .map((draft) => {
            const own = kindRules[draft.object.kind].effects(draft, context);
            const effects = [...own, ...(shared.get(draft) ?? [])].sort(compareEffects);
            const [worst] = effects;
            return {
                id: changeId(draft.action, draft.object),
                object: draft.object,
                action: draft.action,
                consequence: worstOf(effects.map(({ consequence }) => consequence)),
                fields: draft.fields,
                reason: worst?.reason ?? plainReason(draft),
                ...(worst?.safeWay !== undefined && { safeWay: worst.safeWay }),
                effects,
            };
        })
        .sort(compareChanges);
}

function draftsOf({ before, after }: Comparison): readonly Draft[] {
    const [was, is] = [comparedObjects(before.topology), comparedObjects(after.topology)];
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
        const draft = draftOf(was.get(key), is.get(key));
        return draft === undefined ? [] : [draft];
    });
}

function draftOf(was: ComparedObject | undefined, is: ComparedObject | undefined): Draft | undefined {
    const object = is?.object ?? was?.object;
    if (object === undefined) {
        return undefined;
    }
    if (was !== undefined && is !== undefined && was.text === is.text) {
        return undefined;
    }
    const fields = changedFields(was?.fields ?? new Map(), is?.fields ?? new Map());
    if (was !== undefined && is !== undefined) {
        return fields.length === 0 ? undefined : { object, action: actionOf(object.kind, fields), fields };
    }
    return { object, action: was === undefined ? "create" : "delete", fields };
}

function changedFields(
    was: ReadonlyMap<string, ArgumentValue>,
    is: ReadonlyMap<string, ArgumentValue>,
): readonly FieldChange[] {
    return [...new Set([...was.keys(), ...is.keys()])].sort(compareText).flatMap((field) => {
        const [before, after] = [was.get(field), is.get(field)];
        return JSON.stringify(before) === JSON.stringify(after)
            ? []
            : [{ field, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
    });
}

/** One field that the provider cannot change in place is enough to replace the object. */
function actionOf(kind: Draft["object"]["kind"], fields: readonly FieldChange[]): Action {
    const isReplaced = fields.some((each) => kindRules[kind].fields[topField(each)]?.action === "replace");
    return isReplaced ? "replace" : "update";
}

/**
 * What changed settings do to queues and exchanges that stay, by the change that is to blame: that of a policy which applies to them before
 * or after. Else the object itself is made again, an alternate exchange has lost its last binding, or another version of the broker takes the same policies
 * for something else.
 */
function sharedEffects(
    drafts: readonly Draft[],
    comparison: Comparison,
): ReadonlyMap<Draft, readonly Effect[]> {
    const replaced = new Map(
        drafts.filter(({ action }) => action === "replace").map((draft) => [objectId(draft.object), draft]),
    );
    const effects = [
        ...settingEffects(comparison, ({ vhost, name }) =>
            replaced.has(objectId({ kind: "queue", vhost, name })),
        ),
        ...alternateEffects(comparison),
    ];
    const byObject = new Map(drafts.map((draft) => [objectId(draft.object), draft]));
    const draftsFor = (objects: readonly ChangedObject[]): readonly Draft[] =>
        [...new Set(objects.map(objectId))].flatMap((id) => byObject.get(id) ?? []);
    const shared = new Map<Draft, Effect[]>();
    for (const effect of effects) {
        const { object } = effect;
        const itself = object === undefined ? undefined : replaced.get(objectId(object));
        const blamed = [
            itself === undefined ? [] : [itself],
            draftsFor(decidingPolicies(effect, comparison)),
            object?.kind === "exchange"
                ? drafts.filter((draft) => isLastCatch(draft, object, comparison))
                : [],
            draftsFor([brokerObject]),
        ].find(({ length }) => length > 0);
        for (const draft of blamed ?? []) {
            const known = shared.get(draft);
            if (known === undefined) {
                shared.set(draft, [effect]);
            } else {
                known.push(effect);
            }
        }
    }
    return shared;
}

/** Why nothing happens to messages. */
function plainReason({ object, action, fields }: Draft): Reason {
    const { created, deleted, fields: rules } = kindRules[object.kind];
    if (action === "create") {
        return created;
    }
    const [first] = fields;
    const rule = first === undefined ? undefined : rules[topField(first)];
    return action === "delete" || rule === undefined ? deleted : rule.reason;
}
