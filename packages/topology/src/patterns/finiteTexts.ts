import { type Expression, PatternError } from "./perl/expression.ts";
import { readPerl } from "./perl/perlReader.ts";

/** The maximum number of texts that are listed. */
const maxTexts = 200;

/**
 * All texts that an anchored pattern matches, if they are few: `^a\.(b|c)$` matches `a.b` and `a.c`. `undefined` for every other pattern. A final
 * line feed, which `$` also allows, is ignored.
 */
export function finiteTexts(pattern: string): readonly string[] | undefined {
    const bytes = Array.from(new TextEncoder().encode(pattern), (byte) => String.fromCharCode(byte)).join("");
    try {
        return wholeTexts(readPerl(bytes))?.map(decoded);
    } catch (error) {
        // An invalid pattern, or bytes that are not UTF-8.
        if (error instanceof PatternError || error instanceof TypeError) {
            return undefined;
        }
        throw error;
    }
}

type Texts = readonly string[] | undefined;

/** The texts of a pattern whose alternatives are all anchored at both ends. */
function wholeTexts(expression: Expression): Texts {
    if (expression.kind === "choice") {
        return together(expression.items.map(wholeTexts));
    }
    if (expression.kind !== "sequence") {
        return undefined;
    }
    const [first, ...rest] = expression.items;
    const last = rest.pop();
    return isAnchor(first, ["start"]) && isAnchor(last, ["end", "very end"]) ? inSequence(rest) : undefined;
}

function isAnchor(expression: Expression | undefined, anchors: readonly string[]): boolean {
    return expression?.kind === "anchor" && anchors.includes(expression.anchor);
}

function textsOf(expression: Expression): Texts {
    switch (expression.kind) {
        case "byte": {
            const bytes = [...expression.set.keys()].filter((byte) => expression.set[byte] === 1);
            return limited(bytes.map((byte) => String.fromCharCode(byte)));
        }
        case "sequence":
            return inSequence(expression.items);
        case "choice":
            return together(expression.items.map(textsOf));
        case "repeat": {
            const { item, min, max } = expression;
            if (max > maxTexts) {
                return undefined;
            }
            const times = Array.from({ length: max - min + 1 }, (_, more) => min + more);
            return together(times.map((count) => inSequence(Array.from({ length: count }, () => item))));
        }
        case "atomic":
        case "look":
        case "anchor":
            return undefined;
    }
}

function inSequence(items: readonly Expression[]): Texts {
    return items.reduce<Texts>(
        (before, item) => {
            const after = before === undefined ? undefined : textsOf(item);
            return after === undefined || before === undefined || before.length * after.length > maxTexts
                ? undefined
                : before.flatMap((start) => after.map((end) => start + end));
        },
        [""],
    );
}

function together(parts: readonly Texts[]): Texts {
    const known = parts.filter((each) => each !== undefined);
    return known.length < parts.length ? undefined : limited([...new Set(known.flat())]);
}

function limited(texts: readonly string[]): Texts {
    return texts.length > maxTexts ? undefined : texts;
}

function decoded(bytes: string): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(
        Uint8Array.from(bytes, (each) => each.charCodeAt(0)),
    );
}
