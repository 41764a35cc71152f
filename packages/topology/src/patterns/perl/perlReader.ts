import { byteClass } from "./byteClass.ts";
import { byteEscape } from "./byteEscape.ts";
import { anyByte, type ByteSet, bytesIn, eitherCase, letterClass, lineEnds, notNewline } from "./byteSets.ts";
import { Cursor } from "./cursor.ts";
import { type Anchor, type Expression, lengthOf, PatternError } from "./expression.ts";

/** The options of `(?imsx)`, which apply to the end of the group. */
interface Options {
    readonly i: boolean;
    readonly m: boolean;
    readonly s: boolean;
    readonly x: boolean;
}

/** PCRE's limits for nested groups and for repetitions. */
const maxDepth = 250;
const maxRepeats = 65_535;

const anchors: ReadonlyMap<string, Anchor> = new Map([
    ["A", "start"],
    ["G", "start"],
    ["Z", "end"],
    ["z", "very end"],
    ["b", "word edge"],
    ["B", "no word edge"],
]);

const repetition = /(?<sign>[*+?])|\{(?<min>\d+)(?:(?<comma>,)(?<max>\d*))?\}/y;

/** The expression of a group that only sets options. */
const nothing: Expression = { kind: "sequence", items: [] };

/**
 * Parses a Perl-compatible regular expression over bytes, as the broker does. A recursive descent parser with PCRE's maximum depth.
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
        if (this.#cursor.current !== "") {
            throw new PatternError("invalid"); // a closing parenthesis without an opening one
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
            if (/^[|)]?$/.test(this.#cursor.current)) {
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

    /** Skips text without meaning: comments, a `\E` without `\Q`, and white space with the option `x`. */
    #skip(): void {
        const skipped = this.#options.x
            ? /(?:\(\?#[^)]*\)|\\E|[\t-\r ]|#[^\n]*(?:\n|$))+/y
            : /(?:\(\?#[^)]*\)|\\E)+/y;
        this.#cursor.take(skipped);
    }

    /** Applies at most one quantifier; `a**` is an error. */
    #repeated(item: Expression): Expression {
        this.#skip();
        const quantifier = this.#cursor.take(repetition)?.groups;
        if (quantifier === undefined) {
            return item;
        }
        if (item.kind === "look") {
            throw new PatternError("unsupported"); // PCRE evaluates it once or not at all
        }
        const [min, max] = repeatBounds(quantifier);
        const isTooMany = [min, max].some((each) => Number.isFinite(each) && each > maxRepeats);
        if (isTooMany || min > max || item.kind === "anchor" || item === nothing) {
            throw new PatternError("invalid");
        }
        const mode = this.#cursor.take(/[+?]/y)?.[0];
        const repeat: Expression = { kind: "repeat", item, min, max, lazy: mode === "?" };
        return mode === "+" ? { kind: "atomic", item: repeat } : repeat;
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
                return anchor(this.#options.m ? "line start" : "start");
            case "$":
                return anchor(this.#options.m ? "line end" : "end");
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
        if (this.#cursor.take(/\?\|/y) === undefined && this.#cursor.current === "?") {
            // Conditions, recursion, named references, callouts, and options of newer versions.
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
        const where = anchors.get(letter);
        if (where !== undefined) {
            return anchor(where);
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
                throw new PatternError("unsupported"); // back references, Unicode properties, and syntax that depends on the version
        }
    }
}

function byte(set: ByteSet): Expression {
    return { kind: "byte", set };
}

function anchor(where: Anchor): Expression {
    return { kind: "anchor", anchor: where };
}

/** The minimum and maximum of a quantifier. */
function repeatBounds(sign: Readonly<Record<string, string>>): readonly [number, number] {
    const { sign: short, min = "0", comma, max = "" } = sign;
    if (short !== undefined) {
        return [short === "+" ? 1 : 0, short === "?" ? 1 : Number.POSITIVE_INFINITY];
    }
    const upTo = max === "" ? Number.POSITIVE_INFINITY : Number(max);
    return [Number(min), comma === undefined ? Number(min) : upTo];
}

/** The alternatives of a look-behind can have different lengths, so each becomes a separate look-behind. */
function lookBack(item: Expression, negated: boolean): Expression {
    const items = (item.kind === "choice" ? item.items : [item]).map((each): Expression => {
        const back = lengthOf(each);
        if (back === undefined) {
            throw new PatternError("unsupported"); // depends on the version: refused, or limited
        }
        return { kind: "look", item: each, back, negated };
    });
    return { kind: negated ? "sequence" : "choice", items };
}
