import type { ArgumentValue } from "../../../model/index.ts";
import { literalNames } from "../../../patterns/policyPattern.ts";
import type { Change, ChangedObject, FieldChange } from "../../../review/compare/change.ts";
import { fieldPath } from "../../../review/compare/comparedObject.ts";
import { settingText } from "../../../review/compare/settings/settingText.ts";
import { formatCount } from "../../../text/units.ts";
import { clippedText, listed, name, names, type Phrase, words } from "../phrase.ts";

/** The fields of a new or deleted object that the report shows. The topology's document shows all. */
const traits: Readonly<Partial<Record<ChangedObject["kind"], readonly string[]>>> = {
    exchange: ["type"],
    queue: ["type"],
};

const fieldsShown = 6;
const maxValueLength = 120;

/** How many equal characters are shown before the first difference of long values. */
const charactersBefore = 20;

/** The changed fields with both values, in readable units. */
export function fieldsText({ object, action, fields }: Change, maxShown = fieldsShown): Phrase {
    if (action === "create" || action === "delete") {
        const kept = fields.filter(({ field }) => traits[object.kind]?.includes(field) === true);
        return listed(
            kept.map((each) =>
                words(clippedText(valueText(each, each.after ?? each.before), maxValueLength)),
            ),
        );
    }
    const shown = fields.slice(0, maxShown);
    const rest = fields.length - shown.length;
    return [...listed(shown.map(fieldText), "; "), ...words(rest === 0 ? "" : `; and ${rest} more`)];
}

function fieldText(change: FieldChange): Phrase {
    const { field, before, after } = change;
    const [oldNames, newNames] = [namesIn(before), namesIn(after)];
    return [
        ...name(clippedText(field, maxValueLength)),
        ...words(" "),
        ...(oldNames === undefined || newNames === undefined
            ? words(valuesText(valueText(change, before), valueText(change, after)))
            : listChange(oldNames, newNames)),
    ];
}

/** The names in a list, or in a pattern that is a plain list of several names. */
function namesIn(value: ArgumentValue | undefined): readonly string[] | undefined {
    if (Array.isArray(value)) {
        const items: readonly unknown[] = value;
        return items.every((each) => typeof each === "string") ? items : undefined;
    }
    const literals = typeof value === "string" ? literalNames(value) : undefined;
    return literals !== undefined && !literals.includes("") ? literals : undefined;
}

/** `added archive; removed unrouted`: long lists differ in few names. */
function listChange(before: readonly string[], after: readonly string[]): Phrase {
    const added = after.filter((each) => !before.includes(each));
    const removed = before.filter((each) => !after.includes(each));
    return listed(
        [
            ...(added.length === 0 ? [] : [[...words("added "), ...names(added)]]),
            ...(removed.length === 0 ? [] : [[...words("removed "), ...names(removed)]]),
            ...(added.length + removed.length === 0 ? [words("in another order")] : []),
        ],
        "; ",
    );
}

/** Both values; of long ones the part around the first difference. */
function valuesText(before: string, after: string): string {
    let start = 0;
    if (Math.max(before.length, after.length) > maxValueLength) {
        while (before[start] === after[start] && start < before.length) {
            start++;
        }
        start = Math.max(0, start - charactersBefore);
    }
    const part = (text: string): string =>
        clippedText(start === 0 ? text : `…${text.slice(start)}`, maxValueLength);
    return `${part(before)} → ${part(after)}`;
}

/** The name of an argument is "x-" and the name of the setting. */
function valueText({ field }: FieldChange, value: ArgumentValue | undefined): string {
    return fullValueText(fieldPath(field).at(-1)?.replace(/^x-/u, "") ?? field, value);
}

/** A setting's value for a table: with its unit, with grouped digits, and clipped. */
export function settingValueText(key: string, value: ArgumentValue | undefined): string {
    return clippedText(fullValueText(key, value), maxValueLength);
}

function fullValueText(key: string, value: ArgumentValue | undefined): string {
    const text = settingText(key, value);
    const isBare = typeof value === "number" && text === String(value);
    return isBare ? formatCount(value) : text === "" ? "empty" : text;
}
