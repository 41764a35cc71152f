import { wrapText } from "./wrapText.ts";

/** Something with parts, to be drawn. */
export interface Tree {
    readonly label: string;
    readonly children: readonly Tree[];
}

/** Draws a tree; a label that is wider than the page goes on in the next line, beside the branches. */
export function renderTree({ label, children }: Tree, width: number | undefined): string {
    return [wrapText(label, "", width), ...branches(children, "", width)].join("\n");
}

function branches(children: readonly Tree[], before: string, width: number | undefined): readonly string[] {
    return children.flatMap(({ label, children: below }, index) => {
        const isLast = index === children.length - 1;
        const beside = `${before}${isLast ? "   " : "│  "}`;
        const trunk = below.length > 0 ? `${beside}│  ` : `${beside}   `;
        return [
            `${before}${isLast ? "└─ " : "├─ "}${wrapText(label, trunk, width)}`,
            ...branches(below, beside, width),
        ];
    });
}
