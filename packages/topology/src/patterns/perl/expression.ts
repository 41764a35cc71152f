import type { ByteSet } from "./byteSets.ts";

/** A parsed regular expression. */
export type Expression =
    | { readonly kind: "byte"; readonly set: ByteSet }
    | { readonly kind: "sequence"; readonly items: readonly Expression[] }
    | { readonly kind: "choice"; readonly items: readonly Expression[] }
    | {
          readonly kind: "repeat";
          readonly item: Expression;
          readonly min: number;
          readonly max: number;
          readonly lazy: boolean;
      }
    /** After its first match, no alternative match is tried. */
    | { readonly kind: "atomic"; readonly item: Expression }
    /** A look-ahead that starts `back` bytes earlier; a look-behind always has this length. */
    | {
          readonly kind: "look";
          readonly item: Expression;
          readonly back: number;
          readonly negated: boolean;
      }
    | { readonly kind: "anchor"; readonly anchor: Anchor };

/** A position between two bytes. `end` is also before a final line feed; `line start` is after any line feed, `line end` before it. */
export type Anchor = "start" | "end" | "very end" | "line start" | "line end" | "word edge" | "no word edge";

/** The number of bytes of a match, if it is always the same. */
export function lengthOf(expression: Expression): number | undefined {
    switch (expression.kind) {
        case "byte":
            return 1;
        case "anchor":
        case "look":
            return 0;
        case "atomic":
            return lengthOf(expression.item);
        case "repeat": {
            const length = lengthOf(expression.item);
            return length === undefined || expression.min !== expression.max
                ? undefined
                : length * expression.min;
        }
        case "sequence":
            return expression.items
                .map(lengthOf)
                .reduce(
                    (sum, length) => (sum === undefined || length === undefined ? undefined : sum + length),
                    0,
                );
        case "choice": {
            const [first, ...others] = new Set(expression.items.map(lengthOf));
            return others.length === 0 ? first : undefined;
        }
    }
}

/** A pattern cannot be matched: the broker refuses it as invalid, or it uses syntax that is not supported here. */
export class PatternError extends Error {
    readonly fault: "invalid" | "unsupported";

    constructor(fault: "invalid" | "unsupported") {
        super(`the pattern is ${fault}`);
        this.fault = fault;
    }
}
