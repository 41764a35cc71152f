import type { ArgumentValue } from "../../../model/index.ts";
import { listsIn, valueText } from "../../../review/causes/fieldChangeText.ts";
import { type Action, type Change, type FieldChange } from "../../../review/compare/change.ts";
import { fieldPath } from "../../../review/compare/comparedObject.ts";
import { settingLabel } from "../../../review/compare/settings/settingText.ts";
import { printable } from "../../../text/escape.ts";
import { compareText } from "../../../text/names.ts";

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

/** Changed objects with what differs in each. Objects that differ in the same are listed together. */
export function differencesOf(changes: readonly Change[]): readonly DiffLine[] {
    const groups = new Map<
        string,
        { readonly change: Change; readonly names: string[]; readonly fields: readonly DiffLine[] }
    >();
    for (const change of changes) {
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
    return [...groups.values()].flatMap(({ change: { action, object }, names, fields }) => [
        ...(fields.length === 0
            ? names.map((name) => ({ sign: signs[action], text: objectText(object.kind, name) }))
            : [{ sign: signs[action], text: namesOf(object.kind, action, names) }]),
        ...fields,
    ]);
}

function objectText(kind: string, name: string): string {
    return printable(`${kind} ${name}`);
}

const namesShown = 8;

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
