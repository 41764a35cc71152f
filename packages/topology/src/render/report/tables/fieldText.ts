import type { ArgumentValue } from "../../../model/index.ts";
import type { Change, ChangedObject, FieldChange } from "../../../review/compare/change.ts";
import { fieldPath } from "../../../review/compare/comparedObject.ts";
import { settingText } from "../../../review/compare/settings/settingText.ts";
import { formatCount } from "../../../text/units.ts";
import { clippedText, listed, name, type Phrase, words } from "../phrase.ts";

/** What tells a new or a removed object from others of its kind; all the rest of its fields is in its topology's document. */
const traits: Readonly<Partial<Record<ChangedObject["kind"], readonly string[]>>> = {
    exchange: ["type"],
    queue: ["type"],
};

const fieldsShown = 6;
const longestValue = 120;

/** The fields of a change with both values, in units that a person reads. */
export function fieldsText({ object, action, fields }: Change, most = fieldsShown): Phrase {
    if (action === "create" || action === "delete") {
        const kept = fields.filter(({ field }) => traits[object.kind]?.includes(field) === true);
        return listed(kept.map((each) => words(valueText(each, each.after ?? each.before))));
    }
    const shown = fields.slice(0, most);
    const rest = fields.length - shown.length;
    return [...listed(shown.map(fieldText), "; "), ...words(rest === 0 ? "" : `; and ${rest} more`)];
}

function fieldText(change: FieldChange): Phrase {
    const { field, before, after } = change;
    return [
        ...name(clippedText(field, longestValue)),
        ...words(` ${valueText(change, before)} → ${valueText(change, after)}`),
    ];
}

/** An argument is called like the setting that it sets, with an "x-" before it. */
function valueText({ field }: FieldChange, value: ArgumentValue | undefined): string {
    return settingValueText(fieldPath(field).at(-1)?.replace(/^x-/u, "") ?? field, value);
}

/** A setting's value for a table: in its unit, large numbers in groups, never longer than a few lines. */
export function settingValueText(key: string, value: ArgumentValue | undefined): string {
    const text = settingText(key, value);
    const isBare = typeof value === "number" && text === String(value);
    return isBare ? formatCount(value) : text === "" ? "empty" : clippedText(text, longestValue);
}
