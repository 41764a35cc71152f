import { details, idOf } from "./renderTrace.ts";
import { nodesOf, type TraceTree } from "./traceTree.ts";

const rowHeight = 22;
const labelWidth = 520;
const chartWidth = 760;
const margin = 16;

/** Traces as one SVG picture: a row for each span, with its time in the queue in grey. */
export function drawTraces(traces: readonly TraceTree[]): string {
    const rows: string[] = [];
    let top = margin;
    for (const trace of traces) {
        const nodes = [...nodesOf(trace.roots)];
        const scale = chartWidth / Math.max(1, trace.end - trace.start);
        const x = (time: number): number => labelWidth + (time - trace.start) * scale;
        rows.push(
            text(
                margin,
                top + 15,
                `trace ${trace.trace}, e-mail ${idOf(nodes) ?? "unknown"}`,
                'font-weight="bold"',
            ),
        );
        top += rowHeight;
        for (const node of nodes) {
            const { span, waited = 0, depth } = node;
            const end = x(span.end);
            const begin = x(span.start);
            rows.push(
                text(margin + depth * 12, top + 15, `${span.service}  ${span.name}`),
                bar(x(span.start - waited), top, begin, "#d0d0d0"),
                bar(begin, top, end, span.failed ? "#c62828" : "#2e7d32"),
                text(Math.max(begin, end) + 6, top + 15, details(node).join(", "), 'fill="#555"'),
            );
            top += rowHeight;
        }
        top += rowHeight;
    }
    const width = labelWidth + chartWidth + 300;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" font-family="sans-serif" font-size="12">`,
        `<rect width="${width}" height="${top}" fill="white"/>`,
        ...rows,
        "</svg>\n",
    ].join("\n");
}

function text(x: number, y: number, content: string, more = ""): string {
    const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    return `<text x="${x.toFixed(1)}" y="${y}" xml:space="preserve" ${more}>${escaped}</text>`;
}

function bar(from: number, top: number, to: number, colour: string): string {
    return to <= from && colour === "#d0d0d0"
        ? ""
        : `<rect x="${from.toFixed(1)}" y="${top + 4}" width="${Math.max(1.5, to - from).toFixed(1)}" height="14" fill="${colour}"/>`;
}
