import type { StackReport } from "../../review/report/report.ts";
import { type Mark, markSigns } from "../graph/mark.ts";
import { mermaidLimits, renderMermaid } from "../graph/mermaid.ts";
import { renderSvg } from "../graph/svg.ts";
import { changedGraph, changedPart } from "./changedGraph.ts";

/** Draws the whole topology of a stack as an SVG that stands alone, with what changes marked by signs and lines. */
export async function renderChangedSvg(stack: StackReport): Promise<string> {
    return await renderSvg(changedGraph(stack), `Changes of stack "${stack.stack}"`, legend);
}

/** Draws what changes, with what is one step away from it, for a comment. Where nothing drawn changes, there is nothing to draw. */
export function changedMermaid(stack: StackReport): ChangedPicture {
    const boxes = stack.review.changes.filter(
        ({ object: { kind } }) => kind === "exchange" || kind === "queue",
    );
    if (boxes.length > mermaidLimits.nodes) {
        return { kind: "too large", size: boxes.length };
    }
    const part = changedPart(changedGraph(stack));
    const size = part.nodes.length;
    if (size === 0) {
        return { kind: "nothing" };
    }
    const text = renderMermaid(part);
    return text === undefined ? { kind: "too large", size } : { kind: "drawn", size, text };
}

export type ChangedPicture =
    | { readonly kind: "nothing" }
    /** For those who would show it; at least so many objects. */
    | { readonly kind: "too large"; readonly size: number }
    | { readonly kind: "drawn"; readonly size: number; readonly text: string };

const order: readonly Mark[] = ["added", "removed", "changed", "replaced"];

/** What the signs mean: `+ added, − removed, ~ changed, ⟳ replaced`. */
export const legend: string = order.map((mark) => `${markSigns[mark]} ${mark}`).join(", ");
