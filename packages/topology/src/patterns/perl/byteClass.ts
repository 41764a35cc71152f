import { byteEscape } from "./byteEscape.ts";
import { type ByteSet, bytesIn, complement, letterClass, posixClasses, union } from "./byteSets.ts";
import type { Cursor } from "./cursor.ts";
import { PatternError } from "./expression.ts";

/**
 * Reads a class of bytes, after its opening bracket.
 * @param cased applies the option `i` to a set
 * @throws PatternError
 */
export function byteClass(cursor: Cursor, cased: (set: ByteSet) => ByteSet): ByteSet {
    if (cursor.take(/(?<sign>[:.=])[^\]]*\k<sign>\]/y) !== undefined) {
        throw new PatternError("invalid"); // a named class outside a class
    }
    const negated = cursor.take(/\^/y) !== undefined;
    const sets: ByteSet[] = [];
    for (let first = true; first || cursor.take(/\]/y) === undefined; first = false) {
        const low = classItem(cursor, cased);
        if (typeof low !== "number") {
            sets.push(low);
            continue;
        }
        const high = cursor.take(/-(?!\])/y) === undefined ? low : classItem(cursor, cased);
        if (typeof high !== "number") {
            throw new PatternError("unsupported"); // depends on the version: a hyphen, or an error
        }
        if (high < low) {
            throw new PatternError("invalid");
        }
        sets.push(cased(bytesIn([low, high])));
    }
    const all = union(...sets);
    return negated ? complement(all) : all;
}

/** Reads a set, or a byte that can begin a range. */
function classItem(cursor: Cursor, cased: (set: ByteSet) => ByteSet): ByteSet | number {
    const posix = cursor.take(/\[:(?<not>\^?)(?<name>[a-z]+):\]/y)?.groups;
    if (posix !== undefined) {
        const set = posixClasses.get(posix["name"] ?? "");
        if (set === undefined) {
            throw new PatternError("invalid");
        }
        // With the option i, upper and lower match both cases.
        const either = /^(?:upper|lower)$/.test(posix["name"] ?? "") ? cased(set) : set;
        return posix["not"] === "^" ? complement(either) : either;
    }
    if (cursor.take(/\[[.=:<>]/y) !== undefined) {
        throw new PatternError("unsupported");
    }
    if (cursor.take(/\\/y) === undefined) {
        const sign = cursor.next();
        if (sign === "") {
            throw new PatternError("invalid"); // not closed
        }
        return sign.charCodeAt(0);
    }
    const code = cursor.take(/b/y) === undefined ? byteEscape(cursor) : 0x08;
    if (code !== undefined) {
        return code;
    }
    const letter = cursor.next();
    const set = letterClass(letter);
    if (set === undefined) {
        throw new PatternError(letter === "" ? "invalid" : "unsupported");
    }
    return set;
}
