import type { ArgumentValue } from "../../model/index.ts";
import { literalNames } from "../../patterns/policyPattern.ts";
import { quotedFirst } from "../../text/names.ts";
import { formatCount } from "../../text/units.ts";
import type { Change, FieldChange } from "../compare/change.ts";
import { fieldPath } from "../compare/comparedObject.ts";
import { withoutNamedSecret } from "../compare/secretField.ts";
import { settingLabel, settingText } from "../compare/settings/settingText.ts";
import { namesText } from "./objectNames.ts";

const fieldsShown = 2;

/** The first changed fields with both values: `TTL 1 minute -> 5 seconds, size limit 2 GiB -> 1 GiB and 3 more`. */
export function fieldChangesText({ fields: changed, object, action }: Change): string {
    const fields = changed.map(withoutNamedSecret);
    const uses = object.kind === "service" && action === "update" ? useTexts(fields) : [];
    const own = fields.filter((each) => !uses.some(({ of }) => of.includes(each)));
    const all = [...uses.map(({ text }) => text), ...own.map(fieldText)];
    const rest = all.length - fieldsShown;
    return `${all.slice(0, fieldsShown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

interface UseText {
    readonly of: readonly FieldChange[];
    readonly text: string;
}

const verbs: Readonly<Record<string, readonly [string, string, string]>> = {
    publishes: ["publishes", "no longer publishes", "message"],
    calls: ["requests", "no longer requests", "message"],
    consumes: ["consumes", "no longer consumes", "queue"],
};

/** The uses that a service begins or ends. */
function useTexts(fields: readonly FieldChange[]): readonly UseText[] {
    const entries = new Map<string, FieldChange[]>();
    for (const each of fields) {
        const [list = "", message = ""] = fieldPath(each.field);
        if (list in verbs) {
            const key = JSON.stringify([list, message]);
            entries.set(key, [...(entries.get(key) ?? []), each]);
        }
    }
    const phrases = new Map<string, { names: string[]; of: FieldChange[] }>();
    for (const of of entries.values()) {
        const [list = ""] = fieldPath(of[0]?.field ?? "");
        const [begins = "", ends = "", property = ""] = verbs[list] ?? [];
        const name = of.find(({ field }) => fieldPath(field).at(-1) === property);
        if (name !== undefined && (name.before === undefined || name.after === undefined)) {
            const phrase = name.before === undefined ? begins : ends;
            const known = phrases.get(phrase) ?? { names: [], of: [] };
            const value = name.after ?? name.before;
            known.names.push(typeof value === "string" ? value : "");
            known.of.push(...of);
            phrases.set(phrase, known);
        }
    }
    return [...phrases].map(([phrase, { names, of }]) => ({ of, text: `${phrase} ${namesText(names)}` }));
}

/** The fields whose values are milliseconds. */
const durations = ["jobLimit", "timeout", "expiration", "analysisDeadlineMs"];

function fieldText({ field, before, after }: FieldChange): string {
    const path = fieldPath(field);
    const key = (path.at(-1) ?? field).replace(/^x-/u, "");
    const of = path.length > 2 && path[0] !== "workload" ? ` of "${path[1] ?? ""}"` : "";
    const lists = listsIn(before, after);
    return lists === undefined
        ? `${settingLabel(key)}${of} ${valueText(key, before)} -> ${valueText(key, after)}`
        : `${settingLabel(key)}${of} ${membersText(lists.before, lists.after)}`;
}

const maxValueLength = 60;

/** A setting's value: with its unit, with grouped digits, and clipped. */
export function valueText(
    key: string,
    value: ArgumentValue | undefined,
    maxLength: number = maxValueLength,
): string {
    const text = settingText(durations.includes(key) ? "message-ttl" : key, value);
    const shown = typeof value === "number" && text === String(value) ? formatCount(value) : text;
    return shown.length <= maxLength ? shown : `${shown.slice(0, maxLength - 1)}…`;
}

/** The members of both values, if they are lists or patterns of names. */
export function listsIn(
    before: ArgumentValue | undefined,
    after: ArgumentValue | undefined,
): { readonly before: readonly string[]; readonly after: readonly string[] } | undefined {
    const [old, now] = [membersOf(before), membersOf(after)];
    const isList = [before, after].some((each) => Array.isArray(each));
    return old !== undefined && now !== undefined
        ? { before: old, after: now }
        : isList && (before === undefined || after === undefined)
          ? { before: old ?? [], after: now ?? [] }
          : undefined;
}

function membersOf(value: ArgumentValue | undefined): readonly string[] | undefined {
    if (Array.isArray(value)) {
        const items: readonly unknown[] = value;
        return items.every((each) => typeof each === "string") ? items : undefined;
    }
    return typeof value === "string" ? alternativesOf(value) : undefined;
}

/** The alternatives of a pattern: names where they are plain, expressions otherwise. */
function alternativesOf(pattern: string): readonly string[] | undefined {
    const names = literalNames(pattern);
    if (names !== undefined) {
        return names.filter((each) => each !== "");
    }
    const { inside } = /^\^\((?<inside>[^()]*)\)\$$/u.exec(pattern)?.groups ?? {};
    return inside?.split("|");
}

/** `+ "archive", - "unrouted"`: only the members that differ. */
export function membersText(before: readonly string[], after: readonly string[]): string {
    const added = after.filter((each) => !before.includes(each));
    const removed = before.filter((each) => !after.includes(each));
    return (
        [
            ...(added.length === 0 ? [] : [`+ ${quotedFirst(added, 4)}`]),
            ...(removed.length === 0 ? [] : [`- ${quotedFirst(removed, 4)}`]),
        ].join(", ") || "written in another form"
    );
}
