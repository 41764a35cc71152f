import { groupBy } from "../../../lookup/groups.ts";
import type { ArgumentValue } from "../../../model/index.ts";
import type { Rename } from "../../../review/causes/cause.ts";
import { listsIn, valueText } from "../../../review/causes/fieldChangeText.ts";
import { type Action, type Change, type FieldChange, objectId } from "../../../review/compare/change.ts";
import { fieldPath } from "../../../review/compare/comparedObject.ts";
import { settingLabel } from "../../../review/compare/settings/settingText.ts";
import { printable } from "../../../text/escape.ts";
import { compareText } from "../../../text/names.ts";
import { counted } from "../../../text/units.ts";

/** A line of a difference. The sign is that of a diff block, which code hosts colour: `!` for what is replaced. */
export interface DiffLine {
    readonly sign: "+" | "-" | "!" | " ";
    readonly text: string;
}

const signs: Readonly<Record<Action, DiffLine["sign"]>> = {
    replace: "!",
    delete: "-",
    update: " ",
    create: "+",
};

/**
 * Changed objects with what differs in each. Objects that differ in the same are listed together. If an object is renamed, what only follows its
 * name is counted.
 */
export function differencesOf(changes: readonly Change[], rename: Rename | undefined): readonly DiffLine[] {
    const following = rename === undefined ? new Set<Change>() : followers(changes, rename);
    const groups = new Map<
        string,
        { readonly change: Change; readonly names: string[]; readonly fields: readonly DiffLine[] }
    >();
    for (const change of changes.filter((each) => !following.has(each))) {
        const { object, action } = change;
        const fields = action === "update" || action === "replace" ? change.fields.flatMap(fieldLines) : [];
        const key = JSON.stringify([object.kind, action, fields]);
        const known = groups.get(key);
        if (known === undefined) {
            groups.set(key, { change, names: [object.name], fields });
        } else {
            known.names.push(object.name);
        }
    }
    return [
        ...[...groups.values()].flatMap(({ change: { action, object }, names, fields }) => [
            ...(fields.length === 0
                ? names.map((name) => ({ sign: signs[action], text: objectText(object.kind, name) }))
                : [{ sign: signs[action], text: namesOf(object.kind, action, names) }]),
            ...fields,
        ]),
        ...followersLine([...following]),
    ];
}

/** The changes that only write the new name instead of the old one; the renamed object itself is not among them. */
function followers(changes: readonly Change[], rename: Rename): ReadonlySet<Change> {
    const { kind, from, to } = rename;
    const created = new Map(
        changes.filter(({ action }) => action === "create").map((each) => [objectId(each.object), each]),
    );
    const found = new Set<Change>();
    for (const each of changes) {
        const { object, action, fields } = each;
        const twin =
            action === "delete" && !(object.kind === kind && object.name === from)
                ? created.get(
                      kind === "vhost"
                          ? objectId({ ...object, vhost: to })
                          : objectId(object).replaceAll(from, to),
                  )
                : undefined;
        if (twin !== undefined) {
            found.add(each).add(twin);
        }
        if (action === "update" && fields.every((field) => isRenamed(field, rename))) {
            found.add(each);
        }
    }
    return found;
}

/** Whether a field has the new name for the old one, and nothing else is different. */
function isRenamed({ before, after }: FieldChange, { from, to }: Rename): boolean {
    const lists = listsIn(before, after);
    if (lists !== undefined) {
        const renamed = lists.before.map((each) => each.replaceAll(from, to));
        return (
            JSON.stringify(renamed.toSorted(compareText)) ===
            JSON.stringify(lists.after.toSorted(compareText))
        );
    }
    return (
        before !== undefined &&
        after !== undefined &&
        JSON.stringify(before).replaceAll(from, to) === JSON.stringify(after)
    );
}

function followersLine(following: readonly Change[]): readonly DiffLine[] {
    const counts = groupBy(
        following.filter(({ action }) => action !== "create"),
        ({ object }) => object.kind,
    );
    const texts = [...counts].map(([kind, all]) =>
        counted(all.length, kind, kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`),
    );
    return texts.length === 0 ? [] : [{ sign: " ", text: `${texts.join(", ")} with the new name` }];
}

function objectText(kind: string, name: string): string {
    return printable(`${kind} ${name}`);
}

const namesShown = 4;

function namesOf(kind: string, action: Action, names: readonly string[]): string {
    const shown = names.toSorted(compareText).slice(0, namesShown);
    const rest = names.length - shown.length;
    const text = `${action === "replace" ? "replace " : ""}${kind} ${shown.join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`;
    return printable(text);
}

/** Both values of a field; of lists and patterns only the members that differ. */
function fieldLines({ field, before, after }: FieldChange): readonly DiffLine[] {
    const path = fieldPath(field);
    const key = (path.at(-1) ?? field).replace(/^x-/u, "");
    const scope = path.slice(0, -1).filter((each) => each !== "definition" && each !== "arguments");
    const label = [...scope, settingLabel(key)].join(" ");
    const lists = listsIn(before, after);
    const line = (sign: "+" | "-", value: string): DiffLine => ({
        sign,
        text: printable(`  ${label}: ${value}`),
    });
    if (lists !== undefined) {
        const only = (some: readonly string[], others: readonly string[]): readonly string[] =>
            some.filter((each) => !others.includes(each));
        const [removed, added] = [only(lists.before, lists.after), only(lists.after, lists.before)];
        if (removed.length + added.length > 0) {
            return [
                ...(removed.length === 0 ? [] : [line("-", removed.join(", "))]),
                ...(added.length === 0 ? [] : [line("+", added.join(", "))]),
            ];
        }
    }
    const side = (sign: "+" | "-", value: ArgumentValue | undefined): readonly DiffLine[] =>
        value === undefined ? [] : [line(sign, valueText(key, value, Number.POSITIVE_INFINITY))];
    return [...side("-", before), ...side("+", after)];
}
