import { escapeXml } from "../../text/escape.ts";
import type { Mark } from "./mark.ts";

const marks: readonly Mark[] = ["added", "removed", "changed", "replaced"];

/** Colours repeat what signs and line styles show, and are easier to find in a large picture. */
function markStyle(mark: Mark): string {
    const stroke = [".node path", ".node polygon", ".edge path", ".edge polygon"].map((each) =>
        each.replace(" ", `.${mark} `),
    );
    return `${stroke.join(", ")} { stroke: var(--${mark}); }
.edge.${mark} polygon { fill: var(--${mark}); }
.edge.${mark} text { fill: var(--${mark}); }`;
}

/**
 * The picture has its own background, because a page may be dark while the reader's system is light. The second border of an object is drawn
 * over the first one, so it has no fill.
 */
const style = `
:root { --ground: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #59636e; --exchange: #ddf4ff; --queue: #f6f8fa; --service: #ffffff; --dead: #9a6700; --added: #1a7f37; --removed: #cf222e; --changed: #8250df; --replaced: #bc4c00; }
@media (prefers-color-scheme: dark) {
:root { --ground: #0d1117; --ink: #f0f6fc; --faint: #b1bac4; --line: #9198a1; --exchange: #12304f; --queue: #1c2128; --service: #0d1117; --dead: #d29922; --added: #3fb950; --removed: #f85149; --changed: #ab7df8; --replaced: #f0883e; }
}
.ground { fill: var(--ground); }
text { fill: var(--ink); }
.edge text { fill: var(--faint); }
.node path, .node polygon { stroke: var(--line); fill: var(--service); }
.node.exchange polygon { fill: var(--exchange); }
.node.queue polygon { fill: var(--queue); }
.node path ~ path, .node[class] polygon ~ polygon { fill: none; }
.edge path { stroke: var(--line); }
.edge polygon { stroke: var(--line); fill: var(--line); }
.edge.deadLetter path, .edge.alternate path, .edge.retry path { stroke: var(--dead); }
.edge.deadLetter polygon, .edge.alternate polygon, .edge.retry polygon { stroke: var(--dead); fill: var(--dead); }
${marks.map(markStyle).join("\n")}
`.trim();

const drawing =
    /<svg[^>]*viewBox="0\.00 0\.00 (?<width>[\d.]+) (?<height>[\d.]+)"[^>]*>(?<content>[\s\S]*)<\/svg>/u;

/** The width in pixels of Graphviz's drawing. */
export function pictureWidth(drawn: string): number {
    return Number(drawing.exec(drawn)?.groups?.["width"] ?? 0);
}

const lineHeight = 20;
const textWidth = 640;

/**
 * Puts Graphviz's drawing, or a few lines of text, into an SVG with title, style and background.
 * @param drawn the output of Graphviz, or the lines
 */
export function picture(title: string, drawn: string | readonly string[]): string {
    if (typeof drawn !== "string") {
        const lines = drawn.map(
            (line, index) => `<text x="16" y="${(index + 1.5) * lineHeight}">${escapeXml(line)}</text>`,
        );
        return framed(title, textWidth, (drawn.length + 1.5) * lineHeight, lines.join("\n"));
    }
    const { width, height, content } = drawing.exec(drawn)?.groups ?? {};
    if (width === undefined || height === undefined || content === undefined) {
        throw new Error(`Graphviz drew "${title}" in an unknown form; see svgPicture.ts`);
    }
    return framed(title, Math.ceil(Number(width)), Math.ceil(Number(height)), readable(content));
}

/** Uses pixels as the unit: Graphviz counts in points, which browsers show a third larger. */
function framed(title: string, width: number, height: number, content: string): string {
    const name = escapeXml(title);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="12">`,
        `<title>${name}</title>`,
        `<style>${style}</style>`,
        `<rect class="ground" width="${width}" height="${height}" fill="#ffffff"/>`,
        content.trim(),
        "</svg>",
        "",
    ].join("\n");
}

/**
 * Removes comments and titles, which show internal ids as tooltips, and the font, because the frame names it with its substitutes.
 */
function readable(content: string): string {
    return content
        .replace(/<!--[\s\S]*?-->\n?/gu, "")
        .replace(/<title>[\s\S]*?<\/title>\n?/gu, "")
        .replaceAll(' font-family="Verdana"', "");
}
