import { type JsonDocument, parseJson } from "./jsonDocument.ts";
import { type DefinitionsOptions, parseDefinitions } from "./parseDefinitions.ts";
import type { ParsedTopology } from "./parsedTopology.ts";
import { isSnapshot, parseSnapshot } from "./snapshot.ts";

/** Reads a snapshot or exported definitions; the content decides which. */
export function readTopology(document: JsonDocument, options: DefinitionsOptions = {}): ParsedTopology {
    return isSnapshot(document) ? parseSnapshot(document) : parseDefinitions(document, options);
}

/**
 * The same from a text; `positionOf` of the document returns the positions of problems.
 * @throws JsonSyntaxError
 */
export function parseTopology(text: string): ParsedTopology & { readonly document: JsonDocument } {
    const document = parseJson(text);
    return { ...readTopology(document), document };
}
