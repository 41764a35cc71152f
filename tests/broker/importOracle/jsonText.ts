/** A JSON object whose fields a trial may change. */
export type JsonObject = { readonly [key: string]: unknown };

const verbatim = "\u0001verbatim:";

/** A number with these digits, which JavaScript would write differently: `5.0`, or thirty digits. */
export function writtenAs(digits: string): string {
    return `${verbatim}${digits}`;
}

/** JSON, with the numbers of {@link writtenAs} as they were given. */
export function jsonText(value: unknown): string {
    return JSON.stringify(value, undefined, 1).replaceAll(/"\\u0001verbatim:([^"]+)"/g, "$1");
}
