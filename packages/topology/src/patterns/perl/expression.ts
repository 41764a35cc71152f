import type { ByteSet } from "./byteSets.ts";

/** A regular expression, read. */
export type Expression =
    | { readonly kind: "byte"; readonly set: ByteSet }
    | { readonly kind: "sequence"; readonly items: readonly Expression[] }
    | { readonly kind: "choice"; readonly items: readonly Expression[] }
    | {
          readonly kind: "repeat";
          readonly item: Expression;
          readonly least: number;
          readonly most: number;
          readonly lazy: boolean;
      }
    /** Once it has matched, no other way through it is tried. */
    | { readonly kind: "atomic"; readonly item: Expression }
    /** Looks ahead from so many bytes back; what looks back always matches in that many. */
    | {
          readonly kind: "look";
          readonly item: Expression;
          readonly back: number;
          readonly negated: boolean;
      }
    | { readonly kind: "place"; readonly place: Anchor };

/** A place between two bytes. `end` is also before a last line feed; `line start` and `line end` are beside any. */
export type Anchor = "start" | "end" | "very end" | "line start" | "line end" | "word edge" | "no word edge";

/** In how many bytes an expression matches, where that is always the same. */
export function lengthOf(expression: Expression): number | undefined {
    switch (expression.kind) {
        case "byte":
            return 1;
        case "place":
        case "look":
            return 0;
        case "atomic":
            return lengthOf(expression.item);
        case "repeat": {
            const length = lengthOf(expression.item);
            return length === undefined || expression.least !== expression.most
                ? undefined
                : length * expression.least;
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

/** Why a pattern has no answer: the broker refuses it as invalid, or it uses something that is not supported here. */
export class PatternError extends Error {
    readonly fault: "invalid" | "unsupported";

    constructor(fault: "invalid" | "unsupported") {
        super(`the pattern is ${fault}`);
        this.fault = fault;
    }
}
