import { type ByteSet, word } from "./byteSets.ts";
import type { Anchor, Expression } from "./expression.ts";
import { PatternError } from "./expression.ts";

/** A step of a match; where there are two next ones, the first is tried first. */
type Step =
    | { readonly kind: "byte"; readonly set: ByteSet; readonly next: number }
    | { readonly kind: "fork"; readonly first: number; readonly second: number }
    | { readonly kind: "place"; readonly place: Anchor; readonly next: number }
    | { readonly kind: "atomic"; readonly inner: number; readonly next: number }
    | {
          readonly kind: "look";
          readonly inner: number;
          readonly back: number;
          readonly negated: boolean;
          readonly next: number;
      }
    | { readonly kind: "found" };

/** So many steps that each of the bytes of a name can be looked at in a moment. */
const mostSteps = 5_000;

const lineFeed = 0x0a;

/**
 * An expression ready to match, as Thompson's automaton. Each step is taken once at each place of a name, so that no expression takes longer
 * than its steps times the name, whatever is nested in it; what looks ahead or is atomic is asked once for each place.
 * @see https://swtch.com/~rsc/regexp/regexp1.html
 */
export class Matcher {
    readonly #steps: Step[] = [{ kind: "found" }];
    readonly #start: number;
    /** By step and place, the last match that took the step there: cheaper than a new table for each name. */
    #taken = new Uint32Array(0);
    #match = 0;

    /** @throws PatternError when the expression repeats too much to be followed */
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
        if (this.#steps.length >= mostSteps) {
            throw new PatternError("unsupported");
        }
        this.#steps.push(step);
        return this.#steps.length - 1;
    }

    /** Adds the steps of an expression that lead to a next one, from the last to the first. */
    #add(expression: Expression, next: number): number {
        switch (expression.kind) {
            case "byte":
                return this.#push({ kind: "byte", set: expression.set, next });
            case "place":
                return this.#push({ kind: "place", place: expression.place, next });
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
                const { item, least, most, lazy } = expression;
                let first = next;
                if (most === Number.POSITIVE_INFINITY) {
                    const loop = { kind: "fork" as const, first: next, second: next };
                    first = this.#push(loop);
                    loop[lazy ? "second" : "first"] = this.#add(item, first);
                } else {
                    for (let extra = least; extra < most; extra += 1) {
                        const inner = this.#add(item, first);
                        first = this.#push(
                            lazy
                                ? { kind: "fork", first: next, second: inner }
                                : { kind: "fork", first: inner, second: next },
                        );
                    }
                }
                for (let count = 0; count < least; count += 1) {
                    first = this.#add(item, first);
                }
                return first;
            }
        }
    }

    /** Where the first way ends that leads from a step to the end of its expression; -1 where none does. */
    #endOf(
        start: number,
        from: number,
        bytes: Uint8Array,
        taken: Uint32Array,
        ends: Map<number, number>,
    ): number {
        const places = bytes.length + 1;
        const pending = [start * places + from];
        for (let here = pending.pop(); here !== undefined; here = pending.pop()) {
            if (taken[here] === this.#match) {
                continue;
            }
            taken[here] = this.#match;
            const at = here % places;
            const step = this.#steps[(here - at) / places];
            switch (step?.kind) {
                case "found":
                    return at;
                case "byte":
                    if (at < bytes.length && step.set[bytes[at] ?? 0] === 1) {
                        pending.push(step.next * places + at + 1);
                    }
                    break;
                case "fork":
                    pending.push(step.second * places + at);
                    pending.push(step.first * places + at);
                    break;
                case "place":
                    if (isAt(step.place, at, bytes)) {
                        pending.push(step.next * places + at);
                    }
                    break;
                case "atomic": {
                    const end = this.#once(step.inner, at, bytes, ends);
                    if (end >= 0) {
                        pending.push(step.next * places + end);
                    }
                    break;
                }
                case "look": {
                    const first = at - step.back;
                    const found = first >= 0 && this.#once(step.inner, first, bytes, ends) >= 0;
                    if (found !== step.negated) {
                        pending.push(step.next * places + at);
                    }
                    break;
                }
                case undefined:
                    break;
            }
        }
        return -1;
    }

    /** The same for an expression inside of another, which is asked once for each place. */
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

function isAt(place: Anchor, at: number, bytes: Uint8Array): boolean {
    const { length } = bytes;
    switch (place) {
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
            return (before !== after) === (place === "word edge");
        }
    }
}
