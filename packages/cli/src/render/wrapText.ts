import wrapAnsi from "wrap-ansi";

/** No line is made narrower than this, however deep the indent. */
const minimumWidth = 20;

/**
 * Breaks a text between words; every line but the first begins with `indent`.
 * @param width of the page. @default - as wide as it gets
 */
export function wrapText(text: string, indent: string, width: number | undefined): string {
    return width === undefined
        ? text
        : wrapAnsi(text, Math.max(width - indent.length, minimumWidth)).replaceAll("\n", `\n${indent}`);
}
