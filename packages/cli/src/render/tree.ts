import { wrapText } from "./wrapText.ts";

/** A node of a tree to print. */
export interface Tree {
    readonly label: string;
    readonly children: readonly Tree[];
}

/** Draws a tree. A label that is wider than the page is wrapped, next to the branches. */
export function renderTree({ label, children }: Tree, width: number | undefined): string {
    return [wrapText(label, "", width), ...branches(children, "", width)].join("\n");
}

function branches(children: readonly Tree[], before: string, width: number | undefined): readonly string[] {
    return children.flatMap(({ label, children: below }, index) => {
        const isLast = index === children.length - 1;
        const indent = `${before}${isLast ? "   " : "│  "}`;
        const trunk = below.length > 0 ? `${indent}│  ` : `${indent}   `;
        return [
            `${before}${isLast ? "└─ " : "├─ "}${wrapText(label, trunk, width)}`,
            ...branches(below, indent, width),
        ];
    });
}
