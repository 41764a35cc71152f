import {
    type Document,
    isAlias,
    isCollection,
    isMap,
    isPair,
    isScalar,
    LineCounter,
    type Node,
    parseAllDocuments,
    visit,
} from "yaml";
import { type JsonDocument, type JsonPath, JsonSyntaxError, type Position } from "../jsonDocument.ts";

/** One document of a YAML text. */
export interface YamlDocument extends JsonDocument {
    /** Where the text of a block scalar begins, and by how much it is indented; `undefined` for another value. */
    readonly blockAt: (path: JsonPath) => Position | undefined;
}

/**
 * Reads all documents of a YAML text that are not empty. Anchors and merge keys are resolved.
 * @throws JsonSyntaxError with the position of the first error
 */
export function parseYaml(source: string): readonly YamlDocument[] {
    const text = source.replace(/^\uFEFF/, "");
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, merge: true });
    const read: YamlDocument[] = [];
    for (const document of Array.isArray(documents) ? documents : []) {
        const [error] = document.errors;
        if (error !== undefined) {
            const [first = ""] = withoutName(error.message).split("\n", 1);
            throw new JsonSyntaxError(
                `is not YAML: ${first.replace(/ at line \d+, column \d+:?$/, "")}`,
                positionOf(lines, error.pos[0]),
            );
        }
        if (document.contents !== null) {
            read.push(yamlDocument(document, text, lines));
        }
    }
    return read;
}

/** @throws JsonSyntaxError if aliases make the value too large */
function yamlDocument(document: Document, text: string, lines: LineCounter): YamlDocument {
    let value: unknown;
    try {
        value = document.toJS({ maxAliasCount: 1000 });
    } catch (error) {
        throw new JsonSyntaxError(
            `is not YAML: ${error instanceof Error ? withoutName(error.message) : String(error)}`,
            positionOf(lines, document.range?.[0] ?? 0),
        );
    }
    const { repeatedKeys, floats } = details(document);
    const nodeAt = (path: JsonPath): Node | undefined => {
        const node = document.getIn(path, true);
        return isAlias(node) || isCollection(node) || isScalar(node) ? node : undefined;
    };
    return {
        value,
        repeatedKeys,
        floats,
        positionOf: (path) => {
            for (let length = path.length; length >= 0; length--) {
                const offset =
                    keyOffset(document, path.slice(0, length)) ?? nodeAt(path.slice(0, length))?.range?.[0];
                if (offset !== undefined) {
                    return positionOf(lines, offset);
                }
            }
            return positionOf(lines, document.range?.[0] ?? 0);
        },
        blockAt: (path) => {
            const node = nodeAt(path);
            if (!isScalar(node) || node.type !== "BLOCK_LITERAL" || !node.range) {
                return undefined;
            }
            const header = positionOf(lines, node.range[0]).line;
            const [line = ""] = text.split("\n").slice(header, header + 1);
            return { line: header + 1, column: line.length - line.trimStart().length + 1 };
        },
    };
}

/** The name of an alias may be a password that begins with an asterisk. */
function withoutName(message: string): string {
    return message.replace(/(alias(?: \([^)]*\))?): .*/i, "$1");
}

/** The offset of the key that a path ends with: its position is more useful than that of the value. */
function keyOffset(document: Document, path: JsonPath): number | undefined {
    const key = path.at(-1);
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair =
        typeof key === "string" && isMap(parent)
            ? parent.items.find((each) => isScalar(each.key) && String(each.key.value) === key)
            : undefined;
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function positionOf(lines: LineCounter, offset: number): Position {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Keys that occur twice, and whole numbers that are written like `5.0`. */
function details(document: Document): Pick<JsonDocument, "repeatedKeys" | "floats"> {
    const repeatedKeys: JsonPath[] = [];
    const floats: JsonPath[] = [];
    visit(document, {
        Map: (_key, map, ancestors) => {
            const seen = new Set<unknown>();
            for (const { key } of map.items) {
                const name = isScalar(key) ? key.value : key;
                if (seen.has(name)) {
                    repeatedKeys.push([...pathOf([...ancestors, map]), String(name)]);
                }
                seen.add(name);
            }
        },
        Scalar: (key, scalar, ancestors) => {
            if (key !== "key" && Number.isInteger(scalar.value) && /[.eE]/.test(scalar.source ?? "")) {
                floats.push(pathOf([...ancestors, scalar]));
            }
        },
    });
    return { repeatedKeys, floats };
}

/** The path of the last node. Each node contains the next one. */
function pathOf(nodes: readonly unknown[]): JsonPath {
    return nodes.flatMap((node, index): JsonPath => {
        const next = nodes[index + 1];
        if (isPair(node)) {
            return isScalar(node.key) ? [String(node.key.value)] : [];
        }
        return isCollection(node) && !isMap(node) && next !== undefined
            ? [node.items.findIndex((each) => each === next)]
            : [];
    });
}
