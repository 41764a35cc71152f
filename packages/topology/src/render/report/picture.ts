import type { StackReport } from "../../review/report/report.ts";
import { type Mark, markSigns } from "../graph/mark.ts";
import { mermaidLimits, renderMermaid } from "../graph/mermaid.ts";
import { renderSvg } from "../graph/svg.ts";
import { changedGraph, changedPart } from "./changedGraph.ts";

/** Renders the whole topology of a stack as a self-contained SVG, with changes marked by signs and line styles. */
export async function renderChangedSvg(stack: StackReport): Promise<string> {
    return await renderSvg(changedGraph(stack), `Changes of stack "${stack.stack}"`, legend);
}

/** Renders the changed objects and their neighbours for a comment. */
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
    /** Too large for Mermaid; `size` is the minimum number of objects. */
    | { readonly kind: "too large"; readonly size: number }
    | { readonly kind: "drawn"; readonly size: number; readonly text: string };

const order: readonly Mark[] = ["added", "removed", "changed", "replaced"];

/** The legend of the signs: `+ added, − removed, ~ changed, ⟳ replaced`. */
export const legend: string = order.map((mark) => `${markSigns[mark]} ${mark}`).join(", ");
