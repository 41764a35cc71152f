import type { Cursor } from "./cursor.ts";

const controls: ReadonlyMap<string, number> = new Map([
    ["a", 0x07],
    ["e", 0x1b],
    ["f", 0x0c],
    ["n", 0x0a],
    ["r", 0x0d],
    ["t", 0x09],
]);

/** Reads the byte of an escape, inside or outside a class. */
export function byteEscape(cursor: Cursor): number | undefined {
    const found = cursor.take(
        /(?<control>[aefnrt])|c(?<letter>[!-~])|x(?<hex>[0-9A-Fa-f]{2})|x\{(?<braced>[0-9A-Fa-f]{1,2})\}|(?<octal>0[0-7]{0,2})|(?<itself>[^A-Za-z0-9])/y,
    )?.groups;
    if (found === undefined) {
        return undefined;
    }
    const { control, letter, hex, braced, octal, itself } = found;
    return control !== undefined
        ? controls.get(control)
        : letter !== undefined
          ? letter.toUpperCase().charCodeAt(0) ^ 0x40
          : octal !== undefined
            ? Number.parseInt(octal, 8)
            : (itself?.charCodeAt(0) ?? Number.parseInt(hex ?? braced ?? "", 16));
}
