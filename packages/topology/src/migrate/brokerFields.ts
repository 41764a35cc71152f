import { compareText } from "../text/names.ts";

/** The fields that only a program knows. */
const programKeys: ReadonlySet<string> = new Set(["retain", "purpose"]);

/** An object as the broker stores it, as text. Equal texts mean the same object, in any order of its keys. */
export function brokerFields(noun: object): string {
    return JSON.stringify(noun, (key, value: unknown) =>
        programKeys.has(key)
            ? undefined
            : typeof value === "object" && value !== null && !Array.isArray(value)
              ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)))
              : value,
    );
}
