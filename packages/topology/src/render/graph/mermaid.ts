import { printable } from "../../text/escape.ts";
import { shortened } from "../../text/units.ts";
import type { EdgeKind, Graph, GraphEdge, GraphNode, NodeKind } from "./graph.ts";
import { type Mark, signed } from "./mark.ts";

/**
 * Limits below those of Mermaid (500 edges, 50,000 characters), which a diagram cannot raise. A larger diagram shows an error on GitHub and
 * GitLab.
 */
export const mermaidLimits = { nodes: 120, edges: 300, bytes: 30_000 } as const;

const brackets: Readonly<Record<NodeKind, readonly [string, string]>> = {
    sender: ["([", "])"],
    exchange: ["{{", "}}"],
    queue: ["[", "]"],
    receiver: ["([", "])"],
};

const arrows: Readonly<Record<EdgeKind, string>> = {
    publication: "-->",
    call: "-->",
    retry: "-.->",
    binding: "-->",
    subscription: "-->",
    inspection: "-.->",
    deadLetter: "-.->",
    alternate: "-.->",
};

/** The label of an edge without a routing key. */
const meanings: Readonly<Partial<Record<EdgeKind, string>>> = {
    call: "calls",
    deadLetter: "dead letters",
    alternate: "unroutable",
    inspection: "reads",
    retry: "retries",
};

/** Marks use line styles, not colours: they look the same on light and dark pages and to colour-blind readers. */
const markLines: Readonly<Record<Mark, string>> = {
    added: "stroke-width:3px",
    removed: "stroke-dasharray:6 4",
    changed: "stroke-width:2px",
    replaced: "stroke-width:3px,stroke-dasharray:2 2",
};

const labelsShown = 6;

/** Renders a graph as a Mermaid flow chart. `undefined` if it is too large to be drawn. */
export function renderMermaid({ nodes, edges }: Graph): string | undefined {
    if (nodes.length > mermaidLimits.nodes || edges.length > mermaidLimits.edges) {
        return undefined;
    }
    const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
    const idOf = (id: string): string => ids.get(id) ?? "n";
    const lines = [
        "flowchart LR",
        ...nodes.map((each) => `    ${idOf(each.id)}${boxOf(each)}`),
        ...edges.map((each) => `    ${idOf(each.from)} ${arrowOf(each)} ${idOf(each.to)}`),
        ...markedNodes(nodes, idOf),
        ...edges.flatMap(({ mark }, index) =>
            mark === undefined ? [] : [`    linkStyle ${index} ${markLines[mark]}`],
        ),
    ];
    const text = `${lines.join("\n")}\n`;
    return new TextEncoder().encode(text).length > mermaidLimits.bytes ? undefined : text;
}

function boxOf({ kind, name, details, mark }: GraphNode): string {
    const [open, close] = brackets[kind];
    return `${open}${label([signed(name, mark), ...details])}${close}`;
}

function arrowOf({ kind, labels, mark }: GraphEdge): string {
    const meaning = meanings[kind];
    if (labels.length === 0 || kind === "deadLetter") {
        const text = mark === undefined ? meaning : signed(meaning ?? mark, mark);
        return text === undefined ? arrows[kind] : `${arrows[kind]}|${label([text])}|`;
    }
    const lines = [...(meaning === undefined ? [] : [meaning]), ...shortened(labels, labelsShown)];
    return `${arrows[kind]}|${label(lines)}|`;
}

function markedNodes(nodes: readonly GraphNode[], idOf: (id: string) => string): readonly string[] {
    const marks = Object.keys(markLines) as Mark[]; // Object.keys widens the keys
    return marks.flatMap((mark) => {
        const marked = nodes.filter((each) => each.mark === mark).map(({ id }) => idOf(id));
        return marked.length === 0
            ? []
            : [`    classDef ${mark} ${markLines[mark]}`, `    class ${marked.join(",")} ${mark}`];
    });
}

function label(lines: readonly string[]): string {
    return `"${lines.map((each) => escapeMermaid(each === "" ? "(no name)" : each)).join("<br/>")}"`;
}

/**
 * Text for a quoted label. Punctuation may have a meaning in Mermaid, in HTML and in Markdown (some versions apply it to labels), so it becomes
 * an entity code. Dots and hyphens inside names are harmless; at the beginning of a line they would make a list.
 */
export function escapeMermaid(text: string): string {
    return printable(text)
        .replace(/[^\p{L}\p{N} .,/()=…→−⟳-]/gu, entity)
        .replace(/^(?:\d+(?=[.)])|(?=-))./u, (start) => start.replace(/./gu, entity));
}

function entity(character: string): string {
    return `#${character.codePointAt(0) ?? 0xfffd};`;
}
