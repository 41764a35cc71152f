import type { ConfigReader } from "./configReader.ts";

/**
 * Reads a list of `name=value` entries as a table.
 * @param parse returns `undefined` for an invalid value
 */
export function pairs<T>(
    reader: ConfigReader,
    key: string,
    example: string,
    parse: (value: string) => T | undefined,
): Readonly<Record<string, T>> {
    const table = new Map<string, T>();
    for (const text of reader.optionalList(key)) {
        const { name, value } = /^(?<name>[^=]+)=(?<value>.+)$/.exec(text)?.groups ?? {};
        const parsed = value === undefined ? undefined : parse(value);
        if (name === undefined || parsed === undefined) {
            reader.reject(key, `has the entry "${text}"`, `write entries such as "${example}"`);
        } else if (table.has(name)) {
            reader.reject(key, `names "${name}" more than once`, "name each once");
        } else {
            table.set(name, parsed);
        }
    }
    return Object.fromEntries(table);
}
