import type { ArgumentValue, Topology } from "../../model/index.ts";
import { compareText } from "../../text/names.ts";
import { alternateEffects, removesAlternateBinding } from "../changeRules/alternate.ts";
import { kindRules } from "../changeRules/index.ts";
import { federationEffects } from "../changeRules/parameter.ts";
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
import { type Comparison, compareTopologies } from "./comparison.ts";
import { permissionChanges } from "./permissions/permissionsDiff.ts";
import { routeBlame } from "./routes/routeBlame.ts";
import { blamedRouteChanges } from "./routes/routingDiff.ts";

/** Every object that differs, what the engine does to it, and what that does to messages; worst first. */
export function diff(before: Topology, after: Topology): readonly Change[] {
    const comparison = compareTopologies(before, after);
    return changesOf({
        comparison,
        routing: routeBlame(blamedRouteChanges(comparison)),
        permissions: permissionChanges(comparison),
    });
}

/** As {@link diff}, with routes and permissions that are compared already. */
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
    const [objectsBefore, objectsAfter] = [comparedObjects(before.topology), comparedObjects(after.topology)];
    return [...new Set([...objectsBefore.keys(), ...objectsAfter.keys()])].flatMap((key) => {
        const draft = draftOf(objectsBefore.get(key), objectsAfter.get(key));
        return draft === undefined ? [] : [draft];
    });
}

function draftOf(before: ComparedObject | undefined, after: ComparedObject | undefined): Draft | undefined {
    const object = after?.object ?? before?.object;
    if (object === undefined) {
        return undefined;
    }
    if (before !== undefined && after !== undefined && before.text === after.text) {
        return undefined;
    }
    const fields = changedFields(before?.fields ?? new Map(), after?.fields ?? new Map());
    if (before !== undefined && after !== undefined) {
        return fields.length === 0 ? undefined : { object, action: actionOf(object.kind, fields), fields };
    }
    return { object, action: before === undefined ? "create" : "delete", fields };
}

function changedFields(
    fieldsBefore: ReadonlyMap<string, ArgumentValue>,
    fieldsAfter: ReadonlyMap<string, ArgumentValue>,
): readonly FieldChange[] {
    return [...new Set([...fieldsBefore.keys(), ...fieldsAfter.keys()])]
        .sort(compareText)
        .flatMap((field) => {
            const [before, after] = [fieldsBefore.get(field), fieldsAfter.get(field)];
            return JSON.stringify(before) === JSON.stringify(after)
                ? []
                : [{ field, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
        });
}

/** An object is replaced if the provider cannot change one of the fields in place. */
function actionOf(kind: Draft["object"]["kind"], fields: readonly FieldChange[]): Action {
    const isReplaced = fields.some((each) => kindRules[kind].fields[topField(each)]?.action === "replace");
    return isReplaced ? "replace" : "update";
}

/**
 * The effects of changed settings on remaining queues and exchanges, by the change that causes them. The cause is the first of
 * these that exists: the replacement of the object; a policy that applies before or after; the last binding of an alternate exchange; the
 * broker version.
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
        ...federationEffects(comparison),
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
                ? drafts.filter((draft) => removesAlternateBinding(draft, object, comparison))
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

/** The reason of a change without effects. */
function plainReason({ object, action, fields }: Draft): Reason {
    const { created, deleted, fields: rules } = kindRules[object.kind];
    if (action === "create") {
        return created;
    }
    const [first] = fields;
    const rule = first === undefined ? undefined : rules[topField(first)];
    return action === "delete" || rule === undefined ? deleted : rule.reason;
}
