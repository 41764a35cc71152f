import { instance, type Graph as VizGraph } from "@viz-js/viz";
import { escapeXml } from "../../text/escape.ts";
import { shortened } from "../../text/units.ts";
import type { EdgeKind, Graph, GraphEdge, GraphNode, NodeKind } from "./graph.ts";
import { type Mark, signed } from "./mark.ts";
import { picture, pictureWidth } from "./svgPicture.ts";

/** A larger graph takes too long to lay out and is unreadable. */
const limits = { nodes: 600, edges: 1_200 } as const;

const shapes: Readonly<Record<NodeKind, { readonly shape: string; readonly style: string }>> = {
    sender: { shape: "box", style: "rounded" },
    exchange: { shape: "hexagon", style: "solid" },
    queue: { shape: "box", style: "solid" },
    receiver: { shape: "box", style: "rounded" },
};

/** Dashed: dead letters, retries and unroutable messages. Dotted: a service only reads. */
const edgeStyles: Readonly<Record<EdgeKind, "solid" | "dashed" | "dotted">> = {
    publication: "solid",
    call: "solid",
    retry: "dashed",
    binding: "solid",
    subscription: "solid",
    inspection: "dotted",
    deadLetter: "dashed",
    alternate: "dashed",
};

/** The line styles of marks: thick for added, dashed for removed, double for replaced. */
const markStyles: Readonly<
    Record<Mark, { readonly style?: string; readonly peripheries?: number; readonly penwidth: number }>
> = {
    added: { penwidth: 3 },
    removed: { style: "dashed", penwidth: 1.5 },
    changed: { penwidth: 2 },
    replaced: { peripheries: 2, penwidth: 1.5 },
};

/**
 * Graphviz knows the character widths of Verdana. DejaVu Sans, common on Linux, has nearly the same widths, and other substitutes are narrower.
 * So text fits into its box on every system.
 */
const font = "Verdana";

const labelsShown = 8;

/** A graph of this size fits into a comment. If it is wider from left to right, it runs from top to bottom. */
const small = { nodes: 20, width: 860 } as const;

/**
 * Renders a graph as a self-contained SVG, readable on light and dark pages, with a title for screen readers. Equal graphs give equal bytes.
 * @param caption the text below the picture, such as the legend
 */
export async function renderSvg(graph: Graph, title: string, caption?: string): Promise<string> {
    const { nodes, edges } = graph;
    if (nodes.length > limits.nodes || edges.length > limits.edges) {
        return picture(title, [
            `${nodes.length} objects and ${edges.length} arrows are too many for one picture;`,
            "see the tables of the document.",
        ]);
    }
    const wide = await drawn(graph, "LR", title, caption);
    if (nodes.length > small.nodes || pictureWidth(wide) <= small.width) {
        return picture(title, wide);
    }
    const high = await drawn(graph, "TB", title, caption);
    return picture(title, pictureWidth(high) < pictureWidth(wide) ? high : wide);
}

type Direction = "LR" | "TB";

async function drawn(
    graph: Graph,
    direction: Direction,
    title: string,
    caption: string | undefined,
): Promise<string> {
    const viz = await instance();
    const result = viz.render(layout(graph, direction, caption), { format: "svg", engine: "dot" });
    if (result.status === "failure") {
        throw new Error(
            `Graphviz cannot draw "${title}": ${result.errors.map(({ message }) => message).join("; ")}`,
        );
    }
    return result.output;
}

function layout({ nodes, edges }: Graph, direction: Direction, caption: string | undefined): VizGraph {
    const isSmall = nodes.length <= small.nodes;
    const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
    return {
        directed: true,
        graphAttributes: {
            rankdir: direction,
            bgcolor: "transparent",
            pad: 0.2,
            nodesep: isSmall ? 0.3 : 0.12,
            ranksep: isSmall && direction === "TB" ? 0.4 : 0.6,
            fontname: font,
            ...(caption !== undefined && {
                label: { html: shown(caption) },
                labelloc: "b",
                labeljust: "l",
                fontsize: 12,
            }),
        },
        nodeAttributes: {
            fontname: font,
            fontsize: 11,
            margin: "0.12,0.06",
            height: 0.3,
        },
        edgeAttributes: { fontname: font, fontsize: 10, arrowsize: 0.7 },
        nodes: nodes.map((each) => ({
            name: each.id,
            attributes: {
                ...shapes[each.kind],
                ...markAttributes(each.mark),
                label: { html: nodeLabel(each) },
                class: classes(each.kind, each.mark),
            },
        })),
        edges: edges.map((each) => ({
            tail: each.from,
            head: each.to,
            attributes: {
                style: edgeStyles[each.kind],
                ...markAttributes(each.mark),
                ...edgeLabel(each),
                class: classes(each.kind, each.mark),
                // Without this, the alternate exchange would be drawn to the right of all queues.
                constraint: !(each.kind === "alternate" && kinds.get(each.to) === "exchange"),
            },
        })),
    };
}

function markAttributes(mark: Mark | undefined): Readonly<Record<string, string | number>> {
    return mark === undefined ? {} : { ...markStyles[mark] };
}

function classes(kind: NodeKind | EdgeKind, mark: Mark | undefined): string {
    return mark === undefined ? kind : `${kind} ${mark}`;
}

/** Graphviz rejects an empty element and expands backslash escapes. */
function shown(text: string): string {
    return text === "" ? "(no name)" : escapeXml(text).replaceAll("\\", "\\\\");
}

function nodeLabel({ name, details, mark }: GraphNode): string {
    const lines = details.map((each) => `<br/><font point-size="10">${shown(each)}</font>`);
    return `<b>${shown(signed(name, mark))}</b>${lines.join("")}`;
}

/** By convention, the key of a dead letter is the name of its queue, so it is not repeated as a label. */
function edgeLabel({ kind, labels, mark }: GraphEdge): { readonly label?: { readonly html: string } } {
    const keys = kind === "deadLetter" ? [] : labels;
    const lines = keys.length === 0 && mark !== undefined ? [signed(mark, mark)] : keys;
    return lines.length === 0
        ? {}
        : { label: { html: shortened(lines, labelsShown).map(shown).join("<br/>") } };
}
