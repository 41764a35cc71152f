import { styleText } from "node:util";

/** The style of a part of the output. */
export type Style = "error" | "warning" | "good" | "name" | "faint";

/** Sets the style of a text. Has no effect on piped output. */
export type Paint = (style: Style, text: string) => string;

/** The output: its width and its colours. */
export interface Page {
    readonly paint: Paint;
    /** @default - unlimited: piped output is not wrapped */
    readonly width?: number;
}

const formats = {
    error: ["red", "bold"],
    warning: ["yellow"],
    good: ["green"],
    name: ["bold"],
    faint: ["dim"],
} as const satisfies Readonly<Record<Style, readonly Parameters<typeof styleText>[0][]>>;

export const colours: Paint = (style, text) =>
    // The caller has checked for a terminal; styleText would check standard output only.
    styleText([...formats[style]], text, { validateStream: false });

export const plain: Paint = (_style, text) => text;
