import { counted } from "../../text/units.ts";
import type { Change, ChangedObject } from "../compare/change.ts";
import { fieldPath } from "../compare/comparedObject.ts";
import { withoutNamedSecret } from "../compare/secretField.ts";
import { settingLabel } from "../compare/settings/settingText.ts";
import type { CauseParts } from "./cause.ts";
import { type ChangeIndex, fieldOf } from "./changeIndex.ts";
import { fieldChangesText, valueText } from "./fieldChangeText.ts";
import { labelOf, namesText, objectsText } from "./objectNames.ts";
import { widenedText, widenedUsers } from "./widenedText.ts";

/** What the program changes, in one clause: `queue "notifications.status": TTL 1 minute -> 5 seconds`. */
export function titleOf(parts: CauseParts, index: Pick<ChangeIndex, "targetsOf">): string {
    const { roots } = parts;
    const [first] = roots;
    if (first === undefined) {
        return titleWithoutChange(parts);
    }
    const rename = renameIn(roots);
    if (rename !== undefined) {
        return `${labelOf(rename.from)} is renamed to "${rename.to.name}"`;
    }
    if (widenedUsers(parts).length > 0 && roots.every(({ object }) => isGrant(object))) {
        return widenedUsers(parts)
            .map((user) => `user "${user}" may do more: ${widenedText(parts, user)}`)
            .join("; ");
    }
    return roots.every(({ object }) => object.kind === "binding")
        ? bindingsText(roots)
        : (renamedKeyText(roots) ?? changesText(roots, index));
}

/** The object that is deleted and created again with another name. */
export function renameIn(
    roots: readonly Change[],
): { readonly from: ChangedObject; readonly to: ChangedObject } | undefined {
    const [deleted, created] = (["delete", "create"] as const).map((action) =>
        roots.filter((each) => each.action === action).map(({ object }) => object),
    );
    const [from, ...others] = deleted ?? [];
    const [to, ...more] = created ?? [];
    return from !== undefined &&
        to !== undefined &&
        others.length + more.length === 0 &&
        from.kind === to.kind &&
        from.kind !== "binding"
        ? { from, to }
        : undefined;
}

function isGrant({ kind }: ChangedObject): boolean {
    return ["permission", "topic permission", "user", "service"].includes(kind);
}

function titleWithoutChange({ routing, permissions, contract }: CauseParts): string {
    const [route] = routing;
    const [permission] = permissions;
    return route !== undefined
        ? `routing key "${route.routingKey}" of exchange "${route.exchange}"`
        : permission !== undefined
          ? `user "${permission.user}"`
          : (contract[0]?.text ?? "");
}

function changesText(roots: readonly Change[], { targetsOf }: Pick<ChangeIndex, "targetsOf">): string {
    const [first] = roots;
    if (first === undefined) {
        return "";
    }
    const same = roots.filter(
        ({ object, action }) => object.kind === first.object.kind && action === first.action,
    );
    const rest = roots.filter((each) => !same.includes(each));
    const objects = same.map(({ object }) => object);
    const more =
        rest.length === 0
            ? ""
            : rest.every(({ object }) => object.kind === rest[0]?.object.kind)
              ? `, and ${objectsText(rest.map(({ object }) => object))}`
              : `, and ${counted(rest.length, "object")}`;
    switch (first.action) {
        case "create":
        case "delete": {
            const verb = `${same.length === 1 ? "is" : "are"} ${first.action === "create" ? "added" : "deleted"}`;
            return `${objectsText(objects)} ${verb}${definitionText(same)}${more}`;
        }
        case "update":
        case "replace": {
            const isSettings = first.fields.every(({ field }) => field.startsWith("definition."));
            const targets = isSettings ? distinctTargets(objects.flatMap(targetsOf)) : [];
            const text = fieldChangesText(first);
            const others = same.some((each) => fieldChangesText(each) !== text) ? ", and other values" : "";
            return `${objectsText(targets.length > 0 ? targets : objects)}: ${text}${others}${more}`;
        }
    }
}

/** The objects that settings apply to, if they are of one kind. */
function distinctTargets(targets: readonly ChangedObject[]): readonly ChangedObject[] {
    const all = [...new Map(targets.map((each) => [`${each.vhost} ${each.name}`, each])).values()];
    return new Set(all.map(({ kind }) => kind)).size === 1 ? all : [];
}

const settingsShown = 2;

/** The settings of a new or deleted policy: ` (TTL 1 hour)`. */
function definitionText([change, ...others]: readonly Change[]): string {
    const settings =
        change === undefined || others.length > 0
            ? []
            : change.fields.map(withoutNamedSecret).flatMap(({ field, before, after }) => {
                  const [table, key] = fieldPath(field);
                  return table === "definition" && key !== undefined
                      ? [`${settingLabel(key)} ${valueText(key, after ?? before)}`]
                      : [];
              });
    const rest = settings.length - settingsShown;
    return settings.length === 0
        ? ""
        : ` (${settings.slice(0, settingsShown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""})`;
}

/** Bindings of one routing key or to one queue. */
function bindingsText(bindings: readonly Change[]): string {
    const of = (action: Change["action"], field: string): readonly string[] => [
        ...new Set(bindings.filter((each) => each.action === action).map((each) => fieldOf(each, field))),
    ];
    const [exchange = ""] = [...of("delete", "source"), ...of("create", "source")];
    const [removedKeys, addedKeys] = [of("delete", "routingKey"), of("create", "routingKey")];
    const [removed, added] = [of("delete", "destination"), of("create", "destination")];
    const noun = of("delete", "destinationType").concat(of("create", "destinationType"))[0] ?? "queue";
    const bound = (ends: readonly string[], adverb: string, keys: readonly string[]): string =>
        ends.length === 1
            ? `${noun} ${namesText(ends)} is ${adverb}bound to exchange "${exchange}"${keysText(keys)}`
            : `${noun}s ${namesText(ends)} are ${adverb}bound to exchange "${exchange}"${keysText(keys)}`;
    if (added.length === 0) {
        return bound(removed, "no longer ", removedKeys);
    }
    const instead = removed.join() === added.join() ? removedKeys : removed;
    return `${bound(added, "", addedKeys)}${instead.length === 0 ? "" : ` instead of ${namesText(instead)}`}`;
}

function keysText(keys: readonly string[]): string {
    return keys.every((each) => each === "") ? "" : ` with ${namesText(keys)}`;
}

/** A routing key that bindings and publishers have in another form, or that only publishers have. */
function renamedKeyText(roots: readonly Change[]): string | undefined {
    const key = changedKey(roots);
    if (key === undefined) {
        return undefined;
    }
    return renamedKey(roots) === undefined
        ? `${objectsText(senders(roots).map(({ object }) => object))}: routing key "${key.from}" -> "${key.to}"`
        : `routing key "${key.from}" is renamed to "${key.to}"`;
}

/** The routing key that publishers and bindings have with another name. */
export function renamedKey(
    roots: readonly Change[],
): { readonly from: string; readonly to: string } | undefined {
    const key = changedKey(roots);
    const isBound = (action: Change["action"], name: string): boolean =>
        roots.some(
            (each) =>
                each.action === action &&
                each.object.kind === "binding" &&
                fieldOf(each, "routingKey") === name,
        );
    return key !== undefined && isBound("delete", key.from) && isBound("create", key.to) ? key : undefined;
}

function senders(roots: readonly Change[]): readonly Change[] {
    return roots.filter(({ object, action }) => object.kind === "service" && action === "update");
}

function changedKey(roots: readonly Change[]): { readonly from: string; readonly to: string } | undefined {
    for (const { field, before, after } of senders(roots).flatMap(({ fields }) => fields)) {
        if (
            fieldPath(field).at(-1) === "routingKey" &&
            typeof before === "string" &&
            typeof after === "string"
        ) {
            return { from: before, to: after };
        }
    }
    return undefined;
}
