import type { StackReport } from "../../review/report/report.ts";
import { type Mark, markSigns } from "../graph/mark.ts";
import { renderMermaid } from "../graph/mermaid.ts";
import { renderSvg } from "../graph/svg.ts";
import { picture } from "../graph/svgPicture.ts";
import { reducedGraph } from "./reducedGraph.ts";
import { routeGraph } from "./routeGraph.ts";

/** Renders what changes in a stack as a self-contained SVG, with changes marked by signs and line styles. */
export async function renderChangedSvg(stack: StackReport): Promise<string> {
    const graph = reducedGraph(stack);
    const title = `Changes of stack "${stack.stack}"`;
    return graph.nodes.length === 0 ? picture(title, nothingDrawn) : await renderSvg(graph, title, legend);
}

const nothingDrawn: readonly string[] = [
    "No exchange, queue, binding or route changes in this stack.",
    "The report lists all other changes.",
];

/** A larger picture is unreadable at the width of a comment. */
const maxNodes = 12;

/** Renders the routes that change, for a comment. `undefined`: no route changes, or too many objects to read. */
export function changedMermaid(stack: StackReport): string | undefined {
    const graph = routeGraph(stack);
    return graph.nodes.length === 0 || graph.nodes.length > maxNodes ? undefined : renderMermaid(graph);
}

const order: readonly Mark[] = ["added", "removed", "changed", "replaced"];

/** The legend of the signs: `+ added, − removed, ~ changed, ⟳ replaced`. */
export const legend: string = order.map((mark) => `${markSigns[mark]} ${mark}`).join(", ");
