/** An amount of data in bytes. Only {@link bytes} makes one. */
export type Bytes = number & { readonly unit: "bytes" };

const unitBytes = { B: 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 } as const;
type Unit = keyof typeof unitBytes;

/** A size as text: `"256 KiB"`, `"1 GiB"`. */
export type BytesText = `${number} ${Unit}`;

const grammar = /^(?<amount>\d+) (?<unit>B|KiB|MiB|GiB)$/;

/** Reads a size from a text; `undefined` if the text is not a size or is too large for an exact number. */
export function parseBytes(text: string): Bytes | undefined {
    const { amount, unit } = grammar.exec(text)?.groups ?? {};
    if (amount === undefined || unit === undefined) {
        return undefined;
    }
    const size = Number(amount) * unitBytes[unit as Unit]; // the grammar lists exactly the keys of unitBytes
    return Number.isSafeInteger(size) ? (size as Bytes) : undefined; // the only place that makes the type
}

/**
 * A size from a literal.
 * @throws RangeError `"x" is not a size`
 */
export function bytes(text: BytesText): Bytes {
    const parsed = parseBytes(text);
    if (parsed === undefined) {
        throw new RangeError(`"${text}" is not a size`);
    }
    return parsed;
}

/** A size in the largest unit that divides it: `"1 GiB"`. */
export function formatBytes(size: Bytes): BytesText {
    const units = Object.entries(unitBytes).reverse() as [Unit, number][]; // Object.entries widens the keys
    const [unit, factor] = units.find(([, each]) => size >= each && size % each === 0) ?? (["B", 1] as const);
    return `${size / factor} ${unit}`;
}
