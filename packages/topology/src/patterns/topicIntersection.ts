import { type ByteSet, bytesIn, complement } from "./perl/byteSets.ts";
import { type Expression, PatternError } from "./perl/expression.ts";
import { readPerl } from "./perl/perlReader.ts";

/** A state of an automaton over bytes. */
type Step =
    | { readonly kind: "byte"; readonly set: ByteSet; readonly next: number }
    | { readonly kind: "fork"; readonly next: readonly number[] }
    /** Only before the first byte, or only after the last one. */
    | { readonly kind: "edge"; readonly edge: "start" | "end"; readonly next: number }
    | { readonly kind: "found" };

/** More repetitions than this count as any number of them. */
const maxRepetitions = 20;

/** Few enough steps that the comparison is fast. */
const maxSteps = 2_000;

const dot = 0x2e;
const anyByte = bytesIn([0, 255]);
const wordByte = complement(bytesIn([dot, dot]));

/**
 * Whether a routing key can match both a permission's pattern and the binding key of a topic exchange. Never false for two that have a common
 * routing key; true for some that have none, because look-arounds and word edges are not evaluated.
 */
export function canMatchTopic(pattern: string, bindingKey: string): boolean {
    try {
        const matchesEmpty = bindingKey === "" || /^#(?:\.#)*$/.test(bindingKey);
        return haveCommonText(stepsOfPattern(pattern), stepsOfTopic(bindingKey), matchesEmpty);
    } catch (error) {
        if (error instanceof PatternError) {
            // The broker refuses an invalid pattern.
            return error.fault === "unsupported";
        }
        throw error;
    }
}

class Automaton {
    readonly steps: Step[] = [{ kind: "found" }];

    push(step: Step): number {
        if (this.steps.length >= maxSteps) {
            throw new PatternError("unsupported");
        }
        this.steps.push(step);
        return this.steps.length - 1;
    }

    /** A loop: the item any number of times, then `next`. */
    loop(next: number, item: (again: number) => number): number {
        const targets = [next];
        const at = this.push({ kind: "fork", next: targets });
        targets.push(item(at));
        return at;
    }

    text(bytes: Uint8Array, next: number): number {
        return [...bytes].reduceRight(
            (after, byte) => this.push({ kind: "byte", set: bytesIn([byte, byte]), next: after }),
            next,
        );
    }
}

interface Compiled {
    readonly steps: readonly Step[];
    readonly start: number;
}

const encoder = new TextEncoder();

/** The broker searches a pattern anywhere in a key. */
function stepsOfPattern(pattern: string): Compiled {
    const automaton = new Automaton();
    const skip = (next: number): number =>
        automaton.loop(next, (again) => automaton.push({ kind: "byte", set: anyByte, next: again }));
    const bytes = Array.from(encoder.encode(pattern), (byte) => String.fromCharCode(byte)).join("");
    return { steps: automaton.steps, start: skip(add(readPerl(bytes), skip(0), automaton)) };
}

/** Adds the steps of an expression that continue at `next`. */
function add(expression: Expression, next: number, automaton: Automaton): number {
    switch (expression.kind) {
        case "byte":
            return automaton.push({ kind: "byte", set: expression.set, next });
        case "sequence":
            return expression.items.reduceRight((after, item) => add(item, after, automaton), next);
        case "choice":
            return automaton.push({
                kind: "fork",
                next: expression.items.map((item) => add(item, next, automaton)),
            });
        case "repeat": {
            const { item, min, max } = expression;
            const required = Math.min(min, maxRepetitions);
            let after = next;
            if (max > maxRepetitions || min > maxRepetitions) {
                after = automaton.loop(next, (again) => add(item, again, automaton));
            } else {
                for (let more = required; more < max; more += 1) {
                    after = automaton.push({ kind: "fork", next: [next, add(item, after, automaton)] });
                }
            }
            for (let times = 0; times < required; times += 1) {
                after = add(item, after, automaton);
            }
            return after;
        }
        case "atomic":
            return add(expression.item, next, automaton);
        case "look":
            return next;
        case "anchor":
            switch (expression.anchor) {
                case "start":
                    return automaton.push({ kind: "edge", edge: "start", next });
                case "end":
                case "very end":
                    return automaton.push({ kind: "edge", edge: "end", next });
                case "line start":
                case "line end":
                case "word edge":
                case "no word edge":
                    return next;
            }
    }
}

/** `*` is one word, `#` any number of words. */
function stepsOfTopic(bindingKey: string): Compiled {
    const automaton = new Automaton();
    const end = automaton.push({ kind: "edge", edge: "end", next: 0 });
    const word = (next: number): number =>
        automaton.loop(next, (again) => automaton.push({ kind: "byte", set: wordByte, next: again }));
    const separator = (next: number): number =>
        automaton.push({ kind: "byte", set: bytesIn([dot, dot]), next });
    let [first, later] = [end, end];
    for (const each of bindingKey === "" ? [] : bindingKey.split(".").toReversed()) {
        if (each === "#") {
            const more = automaton.loop(later, (again) => separator(word(again)));
            first = automaton.push({ kind: "fork", next: [first, word(more)] });
            later = more;
        } else {
            const here = each === "*" ? word(later) : automaton.text(encoder.encode(each), later);
            [first, later] = [here, separator(here)];
        }
    }
    return { steps: automaton.steps, start: first };
}

/**
 * Follows both automatons through the same bytes.
 * @param matchesEmpty whether the empty text counts: it has no words, so `*` does not match it
 */
function haveCommonText(one: Compiled, other: Compiled, matchesEmpty: boolean): boolean {
    const seen = new Set<number>();
    const pending: { at: number; with: number; isFirst: boolean; isLast: boolean }[] = [
        { at: one.start, with: other.start, isFirst: true, isLast: false },
    ];
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
        const { at, isFirst, isLast } = each;
        const id = ((at * other.steps.length + each.with) * 2 + Number(isFirst)) * 2 + Number(isLast);
        if (seen.has(id)) {
            continue;
        }
        seen.add(id);
        const [left, right] = [one.steps[at], other.steps[each.with]];
        if (left === undefined || right === undefined) {
            continue;
        }
        if (left.kind === "found" && right.kind === "found") {
            if (!isFirst || matchesEmpty) {
                return true;
            }
            continue;
        }
        if (left.kind === "fork" || left.kind === "edge") {
            pending.push(
                ...without(left, isFirst, isLast).map((next) => ({
                    ...each,
                    at: next.at,
                    isLast: next.isLast,
                })),
            );
        } else if (right.kind === "fork" || right.kind === "edge") {
            pending.push(
                ...without(right, isFirst, isLast).map((next) => ({
                    ...each,
                    with: next.at,
                    isLast: next.isLast,
                })),
            );
        } else if (left.kind === "byte" && right.kind === "byte" && !isLast && overlap(left.set, right.set)) {
            pending.push({ at: left.next, with: right.next, isFirst: false, isLast: false });
        }
    }
    return false;
}

/** The steps that follow without a byte. */
function without(
    step: Extract<Step, { readonly kind: "edge" | "fork" }>,
    isFirst: boolean,
    isLast: boolean,
): readonly { readonly at: number; readonly isLast: boolean }[] {
    if (step.kind === "fork") {
        return step.next.map((at) => ({ at, isLast }));
    }
    return step.edge === "end"
        ? [{ at: step.next, isLast: true }]
        : isFirst
          ? [{ at: step.next, isLast }]
          : [];
}

function overlap(one: ByteSet, other: ByteSet): boolean {
    return one.some((each, byte) => each === 1 && other[byte] === 1);
}
