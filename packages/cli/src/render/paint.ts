import { styleText } from "node:util";

/** How a part of an output stands out. */
export type Style = "error" | "warning" | "good" | "name" | "faint";

/** Marks a text; does nothing where no terminal reads it, so that what is piped stays plain. */
export type Paint = (style: Style, text: string) => string;

/** Where text goes: how wide it may get before it is wrapped, and whether it may be coloured. */
export interface Page {
    readonly paint: Paint;
    /** @default - as wide as it gets: what is piped is for machines and for grep */
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
    // Whether there is a terminal was asked before; asking again here would look at standard output only.
    styleText([...formats[style]], text, { validateStream: false });

export const plain: Paint = (_style, text) => text;
