import { byteClass } from "./byteClass.ts";
import { byteEscape } from "./byteEscape.ts";
import { anyByte, type ByteSet, bytesIn, eitherCase, letterClass, lineEnds, notNewline } from "./byteSets.ts";
import { Cursor } from "./cursor.ts";
import { type Anchor, type Expression, lengthOf, PatternError } from "./expression.ts";

/** What may be set by `(?imsx)`, to the end of the group. */
interface Options {
    readonly i: boolean;
    readonly m: boolean;
    readonly s: boolean;
    readonly x: boolean;
}

/** PCRE's own bounds: of nested groups, and of a repetition. */
const maxDepth = 250;
const mostRepeats = 65_535;

const places: ReadonlyMap<string, Anchor> = new Map([
    ["A", "start"],
    ["G", "start"],
    ["Z", "end"],
    ["z", "very end"],
    ["b", "word edge"],
    ["B", "no word edge"],
]);

const repetition = /(?<sign>[*+?])|\{(?<least>\d+)(?:(?<comma>,)(?<most>\d*))?\}/y;

/** What options stand for in the sequence. */
const nothing: Expression = { kind: "sequence", items: [] };

/**
 * Reads an expression as the broker does: Perl's, over bytes. A recursive descent; how deep it goes is bounded as PCRE bounds it.
 * @param pattern one character for each byte
 * @throws PatternError
 * @see https://www.erlang.org/doc/apps/stdlib/re#module-perl-like-regular-expression-syntax
 */
export function readPerl(pattern: string): Expression {
    return new PerlReader(pattern).whole();
}

class PerlReader {
    readonly #cursor: Cursor;
    readonly #names = new Set<string>();
    #depth = 0;
    #options: Options = { i: false, m: false, s: false, x: false };

    constructor(text: string) {
        this.#cursor = new Cursor(text);
    }

    whole(): Expression {
        const expression = this.#choice();
        if (this.#cursor.sign !== "") {
            throw new PatternError("invalid"); // a parenthesis that nothing opens
        }
        return expression;
    }

    #choice(): Expression {
        const items = [this.#sequence()];
        while (this.#cursor.take(/\|/y) !== undefined) {
            items.push(this.#sequence());
        }
        const [only] = items;
        return items.length === 1 && only !== undefined ? only : { kind: "choice", items };
    }

    #sequence(): Expression {
        const items: Expression[] = [];
        for (;;) {
            this.#skip();
            if (/^[|)]?$/.test(this.#cursor.sign)) {
                return { kind: "sequence", items };
            }
            const quoted = this.#cursor.take(/\\Q(?<text>[^]*?)(?:\\E|$)/y);
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
        this.#cursor.take(skipped);
    }

    /** Without a second sign: that is refused. */
    #repeated(item: Expression): Expression {
        this.#skip();
        const sign = this.#cursor.take(repetition)?.groups;
        if (sign === undefined) {
            return item;
        }
        if (item.kind === "look") {
            throw new PatternError("unsupported"); // PCRE asks it once or not at all
        }
        const [least, most] = boundsOf(sign);
        const isTooMany = [least, most].some((each) => Number.isFinite(each) && each > mostRepeats);
        if (isTooMany || least > most || item.kind === "place" || item === nothing) {
            throw new PatternError("invalid");
        }
        const way = this.#cursor.take(/[+?]/y)?.[0];
        const repeat: Expression = { kind: "repeat", item, least, most, lazy: way === "?" };
        return way === "+" ? { kind: "atomic", item: repeat } : repeat;
    }

    #item(): Expression {
        if (this.#cursor.take(repetition) !== undefined) {
            throw new PatternError("invalid"); // nothing to repeat
        }
        const sign = this.#cursor.next();
        switch (sign) {
            case "(":
                return this.#group();
            case "\\":
                return this.#escape();
            case "[":
                return byte(byteClass(this.#cursor, (set) => this.#cased(set)));
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
        if (this.#cursor.take(/\*/y) !== undefined) {
            throw new PatternError("unsupported"); // a verb
        }
        const set = this.#cursor.take(/\?(?<on>[imsx]*)(?:-(?<off>[imsx]*))?(?<rest>[:)])/y)?.groups;
        const before = this.#options;
        if (set !== undefined) {
            this.#set(set["on"] ?? "", set["off"] ?? "");
            if (set["rest"] === ")") {
                return nothing;
            }
            return this.#inside(before);
        }
        const name = this.#cursor.take(
            /\?(?:P?<(?<angled>[A-Za-z_]\w{0,31})>|'(?<quoted>[A-Za-z_]\w{0,31})')/y,
        )?.groups;
        if (name !== undefined) {
            const called = name["angled"] ?? name["quoted"] ?? "";
            if (this.#names.has(called)) {
                throw new PatternError("invalid");
            }
            this.#names.add(called);
            return this.#inside(before);
        }
        if (this.#cursor.take(/\?>/y) !== undefined) {
            return { kind: "atomic", item: this.#inside(before) };
        }
        const look = this.#cursor.take(/\?(?<back><?)(?<sign>[=!])/y)?.groups;
        if (look !== undefined) {
            const item = this.#inside(before);
            const negated = look["sign"] === "!";
            return look["back"] === "<" ? lookBack(item, negated) : { kind: "look", item, back: 0, negated };
        }
        if (this.#cursor.take(/\?\|/y) === undefined && this.#cursor.sign === "?") {
            // Conditions, recursion, references by name, callouts, and options that newer versions have.
            throw new PatternError(
                this.#cursor.take(/\?(?:\(|R|&|C|P[=>]|[+-]?\d|\^|[imsxJUn-]+[:)])/y) === undefined
                    ? "invalid"
                    : "unsupported",
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
        if (this.#depth > maxDepth) {
            throw new PatternError("invalid");
        }
        const item = this.#choice();
        if (this.#cursor.take(/\)/y) === undefined) {
            throw new PatternError("invalid");
        }
        this.#depth -= 1;
        this.#options = before;
        return item;
    }

    #escape(): Expression {
        const code = byteEscape(this.#cursor);
        if (code !== undefined) {
            return byte(this.#cased(bytesIn([code, code])));
        }
        const letter = this.#cursor.next();
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
                throw new PatternError("invalid");
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
                throw new PatternError("unsupported"); // back references, Unicode properties and what versions differ in
        }
    }
}

function byte(set: ByteSet): Expression {
    return { kind: "byte", set };
}

function place(where: Anchor): Expression {
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
            throw new PatternError("unsupported"); // one version refuses it, the next bounds it
        }
        return { kind: "look", item: each, back, negated };
    });
    return { kind: negated ? "sequence" : "choice", items };
}
