import { JSDOM } from "jsdom";

// Mermaid cleans labels with a browser's help, which it looks for while it is loaded.
const { window } = new JSDOM();
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");

/**
 * The type of the diagram, as Mermaid itself parses it.
 * @throws the error of Mermaid for an invalid text
 */
export async function parseMermaid(text: string): Promise<string> {
    const { diagramType } = await mermaid.parse(text);
    return diagramType;
}
