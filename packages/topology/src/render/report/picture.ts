import type { StackReport } from "../../review/report/report.ts";
import { type Mark, markSigns } from "../graph/mark.ts";
import { renderMermaid } from "../graph/mermaid.ts";
import { renderSvg } from "../graph/svg.ts";
import { changedGraph } from "./changedGraph.ts";
import { routeGraph } from "./routeGraph.ts";

/** Renders the whole topology of a stack as a self-contained SVG, with changes marked by signs and line styles. */
export async function renderChangedSvg(stack: StackReport): Promise<string> {
    return await renderSvg(changedGraph(stack), `Changes of stack "${stack.stack}"`, legend);
}

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
