import type { ArgumentValue } from "@spot-messaging/topology";

/** A table as the provider's maps of strings hold it: texts as they are, everything else as JSON. */
export function toTexts(table: Readonly<Record<string, ArgumentValue>>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(table).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}
