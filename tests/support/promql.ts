import { parser } from "@prometheus-io/lezer-promql";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** A metric of an expression, and the labels that the expression needs. */
export interface Asked {
    readonly metric: string;
    readonly labels: readonly string[];
}

/** Labels that Prometheus adds when it scrapes, not labels of the broker. */
const scrapeLabels = ["instance", "job", "namespace"];

/**
 * The metrics and labels of an expression, by Prometheus' own grammar: every selector, with the labels of its matchers and of the
 * aggregations around it.
 * @throws Error if the expression cannot be parsed
 */
export function asked(expression: string): readonly Asked[] {
    // Replace Grafana's variable with a duration.
    const text = expression.replaceAll("$__rate_interval", "5m");
    const found: Asked[] = [];
    parser.parse(text).iterate({
        enter: ({ type, node, from }) => {
            if (type.isError) {
                throw new Error(`no PromQL at character ${from}: ${text}`);
            }
            if (type.name === "VectorSelector") {
                const identifier = node.getChild("Identifier");
                found.push({
                    metric: identifier === null ? "" : text.slice(identifier.from, identifier.to),
                    labels: [...new Set([...namesIn(node, text), ...groupedBy(node, text)])].filter(
                        (label) => !scrapeLabels.includes(label),
                    ),
                });
            }
        },
    });
    return found;
}

function namesIn(node: SyntaxNode | null, text: string): readonly string[] {
    const names: string[] = [];
    node?.cursor().iterate(({ name, from, to }) => {
        if (name === "LabelName") {
            names.push(text.slice(from, to));
        }
    });
    return names;
}

/** The labels that the aggregations around a selector keep. */
function groupedBy(node: SyntaxNode, text: string): readonly string[] {
    const names: string[] = [];
    for (let outer = node.parent; outer !== null; outer = outer.parent) {
        if (outer.name === "AggregateExpr") {
            names.push(...namesIn(outer.getChild("AggregateModifier"), text));
        }
    }
    return names;
}

/** By metric, the labels that its samples have. */
export type Exposed = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What a broker exposes, in Prometheus' text format.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function exposed(...texts: readonly string[]): Exposed {
    const metrics = new Map<string, Set<string>>();
    for (const line of texts.join("\n").split("\n")) {
        const { name, labels = "" } =
            /^(?<name>[a-zA-Z_:]\w*)(?:\{(?<labels>.*)\})? /.exec(line)?.groups ?? {};
        if (name !== undefined) {
            const known = metrics.get(name) ?? new Set<string>();
            metrics.set(name, known);
            for (const [, label = ""] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) {
                known.add(label);
            }
        }
    }
    return metrics;
}

/** Everything that expressions ask for and no sample has, in sentences. */
export function missing(expressions: readonly string[], metrics: Exposed): readonly string[] {
    const problems = expressions.flatMap(asked).flatMap(({ metric, labels }) => {
        const known = metrics.get(metric);
        return known === undefined
            ? [`metric ${metric} does not exist`]
            : labels
                  .filter((label) => !known.has(label))
                  .map((label) => `metric ${metric} has no label ${label}`);
    });
    return [...new Set(problems)].sort();
}
