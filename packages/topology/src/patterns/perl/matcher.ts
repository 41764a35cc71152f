import { type ByteSet, word } from "./byteSets.ts";
import type { Anchor, Expression } from "./expression.ts";
import { PatternError } from "./expression.ts";

/** A state of the automaton. A fork tries `first` before `second`. */
type Step =
    | { readonly kind: "byte"; readonly set: ByteSet; readonly next: number }
    | { readonly kind: "fork"; readonly first: number; readonly second: number }
    | { readonly kind: "anchor"; readonly anchor: Anchor; readonly next: number }
    | { readonly kind: "atomic"; readonly inner: number; readonly next: number }
    | {
          readonly kind: "look";
          readonly inner: number;
          readonly back: number;
          readonly negated: boolean;
          readonly next: number;
      }
    | { readonly kind: "found" };

/** Few enough steps that matching a name is fast. */
const maxSteps = 5_000;

const lineFeed = 0x0a;

/**
 * A compiled expression as Thompson's automaton. Each step is tried once at each position of a name, so the time is at most the number of steps times
 * the length of the name. Look-arounds and atomic groups are evaluated once for each position.
 * @see https://swtch.com/~rsc/regexp/regexp1.html
 */
export class Matcher {
    readonly #steps: Step[] = [{ kind: "found" }];
    readonly #start: number;
    /** The last match that tried a step at a position; faster than a new table for each name. */
    #taken = new Uint32Array(0);
    #match = 0;

    /** @throws PatternError if the expression needs too many steps */
    constructor(expression: Expression) {
        this.#start = this.#add(expression, 0);
    }

    /** Whether the expression matches anywhere in these bytes. */
    test(bytes: Uint8Array): boolean {
        const ends = new Map<number, number>();
        const size = this.#steps.length * (bytes.length + 1);
        if (this.#taken.length < size) {
            this.#taken = new Uint32Array(size);
        }
        this.#match += 1;
        for (let from = 0; from <= bytes.length; from += 1) {
            if (this.#endOf(this.#start, from, bytes, this.#taken, ends) >= 0) {
                return true;
            }
        }
        return false;
    }

    #push(step: Step): number {
        if (this.#steps.length >= maxSteps) {
            throw new PatternError("unsupported");
        }
        this.#steps.push(step);
        return this.#steps.length - 1;
    }

    /** Adds the steps of an expression that continue at `next`, from the last to the first. */
    #add(expression: Expression, next: number): number {
        switch (expression.kind) {
            case "byte":
                return this.#push({ kind: "byte", set: expression.set, next });
            case "anchor":
                return this.#push({ kind: "anchor", anchor: expression.anchor, next });
            case "sequence":
                return expression.items.reduceRight((after, item) => this.#add(item, after), next);
            case "choice":
                return expression.items
                    .map((item) => this.#add(item, next))
                    .reduceRight((second, first) => this.#push({ kind: "fork", first, second }));
            case "atomic":
                return this.#push({ kind: "atomic", inner: this.#add(expression.item, 0), next });
            case "look": {
                const { item, back, negated } = expression;
                return this.#push({ kind: "look", inner: this.#add(item, 0), back, negated, next });
            }
            case "repeat": {
                const { item, min, max, lazy } = expression;
                let first = next;
                if (max === Number.POSITIVE_INFINITY) {
                    const loop = { kind: "fork" as const, first: next, second: next };
                    first = this.#push(loop);
                    loop[lazy ? "second" : "first"] = this.#add(item, first);
                } else {
                    for (let extra = min; extra < max; extra += 1) {
                        const inner = this.#add(item, first);
                        first = this.#push(
                            lazy
                                ? { kind: "fork", first: next, second: inner }
                                : { kind: "fork", first: inner, second: next },
                        );
                    }
                }
                for (let count = 0; count < min; count += 1) {
                    first = this.#add(item, first);
                }
                return first;
            }
        }
    }

    /** The end position of the first match from a step to the end of its expression; -1 without a match. */
    #endOf(
        start: number,
        from: number,
        bytes: Uint8Array,
        taken: Uint32Array,
        ends: Map<number, number>,
    ): number {
        const positions = bytes.length + 1;
        const pending = [start * positions + from];
        for (let here = pending.pop(); here !== undefined; here = pending.pop()) {
            if (taken[here] === this.#match) {
                continue;
            }
            taken[here] = this.#match;
            const at = here % positions;
            const step = this.#steps[(here - at) / positions];
            switch (step?.kind) {
                case "found":
                    return at;
                case "byte":
                    if (at < bytes.length && step.set[bytes[at] ?? 0] === 1) {
                        pending.push(step.next * positions + at + 1);
                    }
                    break;
                case "fork":
                    pending.push(step.second * positions + at);
                    pending.push(step.first * positions + at);
                    break;
                case "anchor":
                    if (isAt(step.anchor, at, bytes)) {
                        pending.push(step.next * positions + at);
                    }
                    break;
                case "atomic": {
                    const end = this.#once(step.inner, at, bytes, ends);
                    if (end >= 0) {
                        pending.push(step.next * positions + end);
                    }
                    break;
                }
                case "look": {
                    const first = at - step.back;
                    const found = first >= 0 && this.#once(step.inner, first, bytes, ends) >= 0;
                    if (found !== step.negated) {
                        pending.push(step.next * positions + at);
                    }
                    break;
                }
                case undefined:
                    break;
            }
        }
        return -1;
    }

    /** The same for a nested expression, computed once for each position. */
    #once(inner: number, from: number, bytes: Uint8Array, ends: Map<number, number>): number {
        const key = inner * (bytes.length + 1) + from;
        const known = ends.get(key);
        if (known !== undefined) {
            return known;
        }
        const end = this.#endOf(
            inner,
            from,
            bytes,
            new Uint32Array(this.#steps.length * (bytes.length + 1)),
            ends,
        );
        ends.set(key, end);
        return end;
    }
}

function isAt(anchor: Anchor, at: number, bytes: Uint8Array): boolean {
    const { length } = bytes;
    switch (anchor) {
        case "start":
            return at === 0;
        case "very end":
            return at === length;
        case "end":
            return at === length || (at === length - 1 && bytes[at] === lineFeed);
        case "line start":
            return at === 0 || (at < length && bytes[at - 1] === lineFeed);
        case "line end":
            return at === length || bytes[at] === lineFeed;
        case "word edge":
        case "no word edge": {
            const [before, after] = [bytes[at - 1], bytes[at]].map(
                (each) => each !== undefined && word[each] === 1,
            );
            return (before !== after) === (anchor === "word edge");
        }
    }
}
