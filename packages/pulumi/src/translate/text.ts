import type { ArgumentValue } from "@spot-messaging/topology";

/** A table as a map of strings for the provider: strings unchanged, other values as JSON. */
export function toTexts(table: Readonly<Record<string, ArgumentValue>>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(table).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}
