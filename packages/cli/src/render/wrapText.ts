import wrapAnsi from "wrap-ansi";
import { visibleLine } from "./visible.ts";

/** The minimum width of a line, also with a deep indent. */
const minimumWidth = 20;

/**
 * Breaks a text between words; every line but the first begins with `indent`.
 * @param width the width of the page. @default - unlimited
 */
export function wrapText(text: string, indent: string, width: number | undefined): string {
    const line = visibleLine(text);
    return width === undefined
        ? line
        : wrapAnsi(line, Math.max(width - indent.length, minimumWidth)).replaceAll("\n", `\n${indent}`);
}
