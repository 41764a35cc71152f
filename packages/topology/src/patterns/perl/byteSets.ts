/** A set of bytes: 1 for each of the 256 bytes that belongs to it. */
export type ByteSet = Uint8Array;

type Range = readonly [number, number];

/** The set of the bytes in these ranges, including both ends. */
export function bytesIn(...ranges: readonly Range[]): ByteSet {
    const set = new Uint8Array(256);
    for (const [from, to] of ranges) {
        set.fill(1, from, to + 1);
    }
    return set;
}

export function complement(set: ByteSet): ByteSet {
    return set.map((each) => 1 - each);
}

export function union(...sets: readonly ByteSet[]): ByteSet {
    return new Uint8Array(256).map((_, byte) => (sets.some((set) => set[byte] === 1) ? 1 : 0));
}

function without(set: ByteSet, other: ByteSet): ByteSet {
    return set.map((each, byte) => (other[byte] === 1 ? 0 : each));
}

const digit = bytesIn([0x30, 0x39]);
const upper = bytesIn([0x41, 0x5a], [0xc0, 0xd6], [0xd8, 0xde]);
const lower = bytesIn([0x61, 0x7a], [0xb5, 0xb5], [0xdf, 0xf6], [0xf8, 0xff]);
const alpha = union(upper, lower, bytesIn([0xaa, 0xaa], [0xba, 0xba]));
const alnum = union(alpha, digit);
const print = bytesIn([0x20, 0x7e], [0xa0, 0xff]);
const graph = without(print, bytesIn([0x20, 0x20]));
export const word = union(alnum, bytesIn([0x5f, 0x5f]));
const space = bytesIn([0x09, 0x0d], [0x20, 0x20]);
const blank = bytesIn([0x09, 0x09], [0x20, 0x20]);

/** The POSIX classes (`[:name:]`), by Erlang's tables for ISO 8859-1 (erts/emulator/pcre/pcre_latin_1_table.c). */
export const posixClasses: ReadonlyMap<string, ByteSet> = new Map([
    ["alpha", alpha],
    ["lower", lower],
    ["upper", upper],
    ["alnum", alnum],
    ["ascii", bytesIn([0x00, 0x7f])],
    ["blank", blank],
    ["cntrl", bytesIn([0x00, 0x1f], [0x7f, 0x9f])],
    ["digit", digit],
    ["graph", graph],
    ["print", print],
    ["punct", without(graph, alnum)],
    ["space", space],
    ["word", word],
    ["xdigit", bytesIn([0x30, 0x39], [0x41, 0x46], [0x61, 0x66])],
]);

const newline = bytesIn([0x0a, 0x0a]);
export const anyByte = bytesIn([0x00, 0xff]);
export const notNewline = complement(newline);
export const lineEnds = bytesIn([0x0a, 0x0d], [0x85, 0x85]);

/** The classes of letters after a backslash; a capital letter is the complement. */
const letterClasses: ReadonlyMap<string, ByteSet> = new Map([
    ["d", digit],
    ["w", word],
    ["s", space],
    ["h", union(blank, bytesIn([0xa0, 0xa0]))],
    ["v", lineEnds],
]);

export function letterClass(letter: string): ByteSet | undefined {
    const set = letterClasses.get(letter.toLowerCase());
    return set === undefined || letterClasses.has(letter) ? set : complement(set);
}

/** Each letter in both cases. */
export function eitherCase(set: ByteSet): ByteSet {
    return set.map((each, byte) => (each === 1 || set[otherCase(byte)] === 1 ? 1 : 0));
}

function otherCase(byte: number): number {
    const isCased =
        byte !== 0xb5 && byte !== 0xdf && byte !== 0xff && (upper[byte] === 1 || lower[byte] === 1);
    return isCased ? byte ^ 0x20 : byte;
}
