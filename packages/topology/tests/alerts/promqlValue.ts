import { parser } from "@prometheus-io/lezer-promql";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** A metric's value by time, newest first. Between two samples it changes evenly. */
export type Samples = readonly { readonly at: number; readonly value: number }[];

/** By metric; each has one series at most, so that an aggregation is what it aggregates. */
export type Series = Readonly<Record<string, Samples>>;

/** What an expression answers; `undefined`: nothing. */
type Value = number | undefined;

/**
 * The value of an expression over one series for each metric. Where Prometheus estimates from what it scraped, this is exact: counters grow
 * by the difference of two values, and a subquery sees every sample. It knows the operators and functions that the rules of queues use.
 * @throws Error where the expression is not valid PromQL, or uses anything else
 */
export function promqlValue(expression: string, series: Series, now: number): Value {
    const evaluate = (node: SyntaxNode, at: number): Value => {
        const operands = node.getChildren("Expr").map((each) => () => evaluate(each, at));
        const [left = nothing, right = nothing] = operands;
        switch (node.name) {
            case "ParenExpr":
                return left();
            case "NumberDurationLiteral":
                return Number(text(node));
            case "VectorSelector":
                return valueAt(samplesOf(node), at);
            case "OffsetExpr":
                return evaluate(child(node, "Expr"), at - milliseconds(child(node, "OffsetDurationExpr")));
            case "AggregateExpr":
                return aggregated(node, at);
            case "FunctionCall":
                return called(node, at);
            case "BinaryExpr":
                return combined(operatorOf(node), left, right);
            default:
                throw new Error(`cannot evaluate ${node.name}: ${text(node)}`);
        }
    };
    const text = ({ from, to }: SyntaxNode): string => expression.slice(from, to);
    const milliseconds = (node: SyntaxNode): number => {
        const [, count, unit = ""] = /^(?:offset )?(\d+)(\w+)$/.exec(text(node)) ?? [];
        return Number(count) * (unitMilliseconds[unit] ?? Number.NaN);
    };
    const samplesOf = (selector: SyntaxNode): Samples => series[text(child(selector, "Identifier"))] ?? [];
    const operatorOf = (node: SyntaxNode): string => {
        const [left, right] = node.getChildren("Expr");
        return /^\s*(\S+)/.exec(expression.slice(left?.to, right?.from))?.[1] ?? "";
    };
    const aggregated = (node: SyntaxNode, at: number): Value => {
        const value = evaluate(child(child(node, "FunctionCallBody"), "Expr"), at);
        const operation = text(child(node, "AggregateOp"));
        return operation === "count" && value !== undefined ? 1 : value;
    };
    const called = (node: SyntaxNode, at: number): Value => {
        const [argument, second] = child(node, "FunctionCallBody").getChildren("Expr");
        const range = argument ?? node;
        const [inner = node, window = node] = children(range);
        const name = text(child(node, "FunctionIdentifier"));
        switch (name) {
            case "absent":
                return evaluate(range, at) === undefined ? 1 : undefined;
            case "increase":
                return difference(samplesOf(inner), at, milliseconds(window));
            case "predict_linear":
                return predicted(samplesOf(inner), at, milliseconds(window), Number(text(second ?? node)));
            case "min_over_time":
                return smallest(
                    timesWithin(series, at, milliseconds(window)).map((time) => evaluate(inner, time)),
                );
            default:
                throw new Error(`cannot evaluate ${name}`);
        }
    };
    const tree = parser.parse(expression).topNode;
    return evaluate(child(tree, "Expr"), now);
}

const unitMilliseconds: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const nothing = (): Value => undefined;

function child(node: SyntaxNode, name: string): SyntaxNode {
    const found = node.getChild(name);
    if (found === null) {
        throw new Error(`no ${name} in ${node.name}`);
    }
    return found;
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
    const found: SyntaxNode[] = [];
    for (let each = node.firstChild; each !== null; each = each.nextSibling) {
        found.push(each);
    }
    return found;
}

function combined(operator: string, left: () => Value, right: () => Value): Value {
    const [a, b] = [left(), right()];
    if (operator === "or") {
        return a ?? b;
    }
    if (a === undefined || b === undefined) {
        return undefined;
    }
    const kept = (holds: boolean): Value => (holds ? a : undefined);
    switch (operator) {
        case "and":
            return a;
        case "+":
            return a + b;
        case "*":
            return a * b;
        case "/":
            return a / b;
        case ">":
            return kept(a > b);
        case "==":
            return kept(a === b);
        default:
            throw new Error(`cannot evaluate operator "${operator}"`);
    }
}

/** Of two samples around a time, the value between them. */
function valueAt(samples: Samples, at: number): Value {
    const before = samples.find((each) => each.at <= at);
    const after = samples.findLast((each) => each.at >= at);
    if (before === undefined || after === undefined || before.at === after.at) {
        return before?.value;
    }
    return before.value + ((after.value - before.value) * (at - before.at)) / (after.at - before.at);
}

function difference(samples: Samples, at: number, window: number): Value {
    const [last, first] = [valueAt(samples, at), valueAt(samples, at - window)];
    return last === undefined || first === undefined ? undefined : last - first;
}

/** The line with the least squares of its distances from the samples, so many seconds later. */
function predicted(samples: Samples, at: number, window: number, seconds: number): Value {
    const points = samples
        .filter((each) => each.at <= at && each.at >= at - window)
        .map((each) => ({ x: (each.at - at) / 1_000, y: each.value }));
    const sum = (of: (point: { x: number; y: number }) => number): number =>
        points.reduce((total, point) => total + of(point), 0);
    const [x, y, n] = [sum((each) => each.x), sum((each) => each.y), points.length];
    const slope = (n * sum((each) => each.x * each.y) - x * y) / (n * sum((each) => each.x ** 2) - x ** 2);
    return n < 2 ? undefined : (y - slope * x) / n + slope * seconds;
}

function timesWithin(series: Series, at: number, window: number): readonly number[] {
    const times = Object.values(series).flatMap((samples) => samples.map((each) => each.at));
    return [...new Set(times)].filter((each) => each <= at && each >= at - window);
}

function smallest(values: readonly Value[]): Value {
    const known = values.filter((each) => each !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
}
