import {
    anyByte,
    type ByteSet,
    bytesIn,
    complement,
    eitherCase,
    letterClass,
    lineEnds,
    notNewline,
    posixClasses,
    union,
} from "./byteSets.js";
import { type Expression, lengthOf, type Place } from "./expression.js";

/** Why there is no answer: the broker refuses the pattern, or it has something that is not followed here. */
export class Unreadable extends Error {
    readonly fault: "refused" | "not followed";

    constructor(fault: "refused" | "not followed") {
        super(`the pattern is ${fault}`);
        this.fault = fault;
    }
}

/** What may be set by `(?imsx)`, to the end of the group. */
interface Options {
    readonly i: boolean;
    readonly m: boolean;
    readonly s: boolean;
    readonly x: boolean;
}

/** PCRE's own bounds: of nested groups, and of a repetition. */
const deepest = 250;
const mostRepeats = 65_535;

const places: ReadonlyMap<string, Place> = new Map([
    ["A", "start"],
    ["G", "start"],
    ["Z", "end"],
    ["z", "very end"],
    ["b", "word edge"],
    ["B", "no word edge"],
]);

const controls: ReadonlyMap<string, number> = new Map([
    ["a", 0x07],
    ["e", 0x1b],
    ["f", 0x0c],
    ["n", 0x0a],
    ["r", 0x0d],
    ["t", 0x09],
]);

const repetition = /(?<sign>[*+?])|\{(?<least>\d+)(?:(?<comma>,)(?<most>\d*))?\}/y;

/** What options stand for in the sequence. */
const nothing: Expression = { kind: "sequence", items: [] };

/**
 * Reads an expression as the broker does: Perl's, over bytes. A recursive descent; how deep it goes is bounded as PCRE bounds it.
 * @param pattern one character for each byte
 * @throws Unreadable
 * @see https://www.erlang.org/doc/apps/stdlib/re#module-perl-like-regular-expression-syntax
 */
export function readPerl(pattern: string): Expression {
    return new PerlReader(pattern).whole();
}

class PerlReader {
    readonly #text: string;
    readonly #names = new Set<string>();
    #at = 0;
    #depth = 0;
    #options: Options = { i: false, m: false, s: false, x: false };

    constructor(text: string) {
        this.#text = text;
    }

    whole(): Expression {
        const expression = this.#choice();
        if (this.#at < this.#text.length) {
            throw new Unreadable("refused"); // a parenthesis that nothing opens
        }
        return expression;
    }

    /** Takes what the expression matches here, if it does. It must be sticky. */
    #take(expected: RegExp): RegExpExecArray | undefined {
        expected.lastIndex = this.#at;
        const found = expected.exec(this.#text) ?? undefined;
        this.#at += found?.[0].length ?? 0;
        return found;
    }

    #choice(): Expression {
        const items = [this.#sequence()];
        while (this.#take(/\|/y) !== undefined) {
            items.push(this.#sequence());
        }
        const [only] = items;
        return items.length === 1 && only !== undefined ? only : { kind: "choice", items };
    }

    #sequence(): Expression {
        const items: Expression[] = [];
        for (;;) {
            this.#skip();
            if (this.#at >= this.#text.length || /[|)]/.test(this.#text.charAt(this.#at))) {
                return { kind: "sequence", items };
            }
            const quoted = this.#take(/\\Q(?<text>[^]*?)(?:\\E|$)/y);
            const literals = Array.from(quoted?.groups?.["text"] ?? "", (each) => this.#literal(each));
            const last = quoted === undefined ? this.#item() : literals.pop();
            items.push(...literals);
            if (last !== undefined) {
                items.push(this.#repeated(last));
            }
        }
    }

    /** What stands for nothing: comments, a lonely end of a quotation, and with `x` white space. */
    #skip(): void {
        const skipped = this.#options.x
            ? /(?:\(\?#[^)]*\)|\\E|[\t-\r ]|#[^\n]*(?:\n|$))+/y
            : /(?:\(\?#[^)]*\)|\\E)+/y;
        this.#take(skipped);
    }

    /** Without a second sign: that is refused. */
    #repeated(item: Expression): Expression {
        this.#skip();
        const sign = this.#take(repetition)?.groups;
        if (sign === undefined) {
            return item;
        }
        if (item.kind === "look") {
            throw new Unreadable("not followed"); // PCRE asks it once or not at all
        }
        const [least, most] = boundsOf(sign);
        const isTooMany = [least, most].some((each) => Number.isFinite(each) && each > mostRepeats);
        if (isTooMany || least > most || item.kind === "place" || item === nothing) {
            throw new Unreadable("refused");
        }
        const way = this.#take(/[+?]/y)?.[0];
        const repeat: Expression = { kind: "repeat", item, least, most, lazy: way === "?" };
        return way === "+" ? { kind: "atomic", item: repeat } : repeat;
    }

    #item(): Expression {
        if (this.#take(repetition) !== undefined) {
            throw new Unreadable("refused"); // nothing to repeat
        }
        const sign = this.#text.charAt(this.#at);
        if (sign === "(") {
            return this.#group();
        }
        this.#at += 1;
        switch (sign) {
            case "\\":
                return this.#escape();
            case "[":
                return byte(this.#class());
            case ".":
                return byte(this.#options.s ? anyByte : notNewline);
            case "^":
                return place(this.#options.m ? "line start" : "start");
            case "$":
                return place(this.#options.m ? "line end" : "end");
            default:
                return this.#literal(sign);
        }
    }

    #literal(sign: string): Expression {
        const code = sign.charCodeAt(0);
        return byte(this.#cased(bytesIn([code, code])));
    }

    #cased(set: ByteSet): ByteSet {
        return this.#options.i ? eitherCase(set) : set;
    }

    #group(): Expression {
        this.#at += 1;
        if (this.#take(/\*/y) !== undefined) {
            throw new Unreadable("not followed"); // a verb
        }
        const set = this.#take(/\?(?<on>[imsx]*)(?:-(?<off>[imsx]*))?(?<rest>[:)])/y)?.groups;
        const before = this.#options;
        if (set !== undefined) {
            this.#set(set["on"] ?? "", set["off"] ?? "");
            if (set["rest"] === ")") {
                return nothing;
            }
            return this.#inside(before);
        }
        const name = this.#take(
            /\?(?:P?<(?<angled>[A-Za-z_]\w{0,31})>|'(?<quoted>[A-Za-z_]\w{0,31})')/y,
        )?.groups;
        if (name !== undefined) {
            const called = name["angled"] ?? name["quoted"] ?? "";
            if (this.#names.has(called)) {
                throw new Unreadable("refused");
            }
            this.#names.add(called);
            return this.#inside(before);
        }
        if (this.#take(/\?>/y) !== undefined) {
            return { kind: "atomic", item: this.#inside(before) };
        }
        const look = this.#take(/\?(?<back><?)(?<sign>[=!])/y)?.groups;
        if (look !== undefined) {
            const item = this.#inside(before);
            const negated = look["sign"] === "!";
            return look["back"] === "<" ? lookBack(item, negated) : { kind: "look", item, back: 0, negated };
        }
        if (this.#take(/\?\|/y) === undefined && this.#text.charAt(this.#at) === "?") {
            // Conditions, recursion, references by name, callouts, and options that newer versions have.
            throw new Unreadable(
                this.#take(/\?(?:\(|R|&|C|P[=>]|[+-]?\d|\^|[imsxJUn-]+[:)])/y) === undefined
                    ? "refused"
                    : "not followed",
            );
        }
        return this.#inside(before);
    }

    #set(on: string, off: string): void {
        const has = (option: keyof Options): boolean =>
            (this.#options[option] || on.includes(option)) && !off.includes(option);
        this.#options = { i: has("i"), m: has("m"), s: has("s"), x: has("x") };
    }

    #inside(before: Options): Expression {
        this.#depth += 1;
        if (this.#depth > deepest) {
            throw new Unreadable("refused");
        }
        const item = this.#choice();
        if (this.#take(/\)/y) === undefined) {
            throw new Unreadable("refused");
        }
        this.#depth -= 1;
        this.#options = before;
        return item;
    }

    #escape(): Expression {
        const code = this.#code();
        if (code !== undefined) {
            return byte(this.#cased(bytesIn([code, code])));
        }
        const letter = this.#text.charAt(this.#at);
        this.#at += 1;
        const set = letterClass(letter);
        if (set !== undefined) {
            return byte(set);
        }
        const where = places.get(letter);
        if (where !== undefined) {
            return place(where);
        }
        switch (letter) {
            case "":
                throw new Unreadable("refused");
            case "C":
                return byte(anyByte);
            case "N":
                return byte(notNewline);
            case "R": {
                const both = [0x0d, 0x0a].map((each) => byte(bytesIn([each, each])));
                const items: Expression[] = [{ kind: "sequence", items: both }, byte(lineEnds)];
                return { kind: "atomic", item: { kind: "choice", items } };
            }
            default:
                throw new Unreadable("not followed"); // back references, Unicode properties and what versions differ in
        }
    }

    /** The byte that an escape stands for, in a class and outside. */
    #code(): number | undefined {
        const found = this.#take(
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

    #class(): ByteSet {
        if (this.#take(/(?<sign>[:.=])[^\]]*\k<sign>\]/y) !== undefined) {
            throw new Unreadable("refused"); // a named class, which belongs into a class
        }
        const negated = this.#take(/\^/y) !== undefined;
        const sets: ByteSet[] = [];
        for (let first = true; first || this.#take(/\]/y) === undefined; first = false) {
            const low = this.#classItem();
            if (typeof low !== "number") {
                sets.push(low);
                continue;
            }
            const high = this.#take(/-(?!\])/y) === undefined ? low : this.#classItem();
            if (typeof high !== "number") {
                throw new Unreadable("not followed"); // versions differ: a hyphen, or an error
            }
            if (high < low) {
                throw new Unreadable("refused");
            }
            sets.push(this.#cased(bytesIn([low, high])));
        }
        const all = union(...sets);
        return negated ? complement(all) : all;
    }

    #classItem(): ByteSet | number {
        const posix = this.#take(/\[:(?<not>\^?)(?<name>[a-z]+):\]/y)?.groups;
        if (posix !== undefined) {
            const set = posixClasses.get(posix["name"] ?? "");
            if (set === undefined) {
                throw new Unreadable("refused");
            }
            // With the option i, a letter has no case of its own.
            const cased = /^(?:upper|lower)$/.test(posix["name"] ?? "") ? this.#cased(set) : set;
            return posix["not"] === "^" ? complement(cased) : cased;
        }
        if (this.#take(/\[[.=:<>]/y) !== undefined) {
            throw new Unreadable("not followed");
        }
        if (this.#take(/\\/y) === undefined) {
            const sign = this.#text.charAt(this.#at);
            this.#at += 1;
            if (sign === "") {
                throw new Unreadable("refused"); // nothing closes it
            }
            return sign.charCodeAt(0);
        }
        const code = this.#take(/b/y) === undefined ? this.#code() : 0x08;
        if (code !== undefined) {
            return code;
        }
        const set = letterClass(this.#text.charAt(this.#at));
        this.#at += 1;
        if (set === undefined) {
            throw new Unreadable(this.#at > this.#text.length ? "refused" : "not followed");
        }
        return set;
    }
}

function byte(set: ByteSet): Expression {
    return { kind: "byte", set };
}

function place(where: Place): Expression {
    return { kind: "place", place: where };
}

/** How often a sign repeats, at least and at most. */
function boundsOf(sign: Readonly<Record<string, string>>): readonly [number, number] {
    const { sign: short, least = "0", comma, most = "" } = sign;
    if (short !== undefined) {
        return [short === "+" ? 1 : 0, short === "?" ? 1 : Number.POSITIVE_INFINITY];
    }
    const upTo = most === "" ? Number.POSITIVE_INFINITY : Number(most);
    return [Number(least), comma === undefined ? Number(least) : upTo];
}

/** Each alternative may have a length of its own, and is looked for apart. */
function lookBack(item: Expression, negated: boolean): Expression {
    const items = (item.kind === "choice" ? item.items : [item]).map((each): Expression => {
        const back = lengthOf(each);
        if (back === undefined) {
            throw new Unreadable("not followed"); // one version refuses it, the next bounds it
        }
        return { kind: "look", item: each, back, negated };
    });
    return { kind: negated ? "sequence" : "choice", items };
}
