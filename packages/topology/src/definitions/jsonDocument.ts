import { findNodeAtLocation, type JSONPath, parseTree, printParseErrorCode, visit } from "jsonc-parser";

/** The path of a value: keys of objects and indices of lists. */
export type JsonPath = readonly (string | number)[];

/** A position in a text; both count from 1. */
export interface Position {
    readonly line: number;
    readonly column: number;
}

/** A parsed JSON text, with details that a plain parser loses. */
export interface JsonDocument {
    readonly value: unknown;
    /** Keys that occur twice in one object. The last one is used, also by the broker. */
    readonly repeatedKeys: readonly JsonPath[];
    /** Whole numbers that are written like `60000.0` or `6e4`. The broker reads them as floating-point numbers and refuses them for integer settings. */
    readonly floats: readonly JsonPath[];
    /** The position of a value, or of the nearest value that contains it; `undefined` if the value was not read from a text. */
    readonly positionOf: (path: JsonPath) => Position | undefined;
}

/** A text is not valid JSON. */
export class JsonSyntaxError extends Error {
    override readonly name = "JsonSyntaxError";
    readonly position: Position;

    constructor(problem: string, position: Position) {
        super(problem);
        this.position = position;
    }
}

/** Definitions have five levels. The maximum is larger, but small enough to prevent a stack overflow by a malicious text. */
const maxDepth = 200;

/** The positions of list elements are indexed down to this depth; positions inside an element are searched on request. */
const indexedDepth = 3;

/**
 * Reads JSON. The values come from the JavaScript engine's parser. Positions need a second pass, which takes several seconds for 50 MB; it runs
 * only when a position is requested, or when a key occurs twice.
 * @throws JsonSyntaxError
 */
export function parseJson(source: string): JsonDocument {
    // Windows editors put a byte order mark before the text.
    const text = source.replace(/^\uFEFF/, "");
    let known: Scan | undefined;
    const scanned = (): Scan => (known ??= scan(text));
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        scanned(); // throws an error with the position
        throw new JsonSyntaxError(error instanceof Error ? error.message : String(error), {
            line: 1,
            column: 1,
        });
    }
    const keys = countedKeys(value);
    if (keys === undefined || keys !== keysInText(text)) {
        scanned();
    }
    const lines = lineStarts(text);
    return {
        value,
        get repeatedKeys() {
            return known?.repeatedKeys ?? [];
        },
        get floats() {
            return scanned().floats;
        },
        positionOf: (path) => positionAt(lines(), offsetOf(text, scanned().elements, path)),
    };
}

/** The number of keys in a value; `undefined` if it is nested too deeply. */
function countedKeys(value: unknown, depth = 0): number | undefined {
    if (typeof value !== "object" || value === null) {
        return 0;
    }
    if (depth >= maxDepth) {
        return undefined;
    }
    let sum = Array.isArray(value) ? 0 : Object.keys(value).length;
    for (const each of Object.values(value)) {
        const inner = countedKeys(each, depth + 1);
        if (inner === undefined) {
            return undefined;
        }
        sum += inner;
    }
    return sum;
}

/** The number of keys in a valid text; larger than the number in its value if a key occurs twice. */
function keysInText(text: string): number {
    let count = 0;
    for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/gu)) {
        count += colon === undefined ? 0 : 1;
    }
    return count;
}

/** A document for a value that was not read from a text, such as a live broker's response. */
export function documentOf(value: unknown): JsonDocument {
    return { value, repeatedKeys: [], floats: [], positionOf: () => undefined };
}

interface Span {
    readonly start: number;
    end: number;
}

/** An object or a list whose end has not been read yet. */
interface Open {
    readonly isList: boolean;
    /** The keys so far, if it is an object. */
    readonly keys: Set<string>;
    /** Its position, if it is an element of an indexed list. */
    readonly span: Span | undefined;
}

/** The position of each list element, by the list's path. */
type Elements = ReadonlyMap<string, readonly Span[]>;

interface Scan {
    readonly elements: Elements;
    readonly repeatedKeys: readonly JsonPath[];
    readonly floats: readonly JsonPath[];
}

function scan(text: string): Scan {
    const elements = new Map<string, Span[]>();
    const repeatedKeys: JsonPath[] = [];
    const floats: JsonPath[] = [];
    const open: Open[] = [];
    const begin = (
        isList: boolean,
        offset: number,
        line: number,
        column: number,
        pathOf: () => JSONPath,
    ): void => {
        if (open.length >= maxDepth) {
            throw new JsonSyntaxError(`is nested deeper than ${maxDepth} levels`, {
                line: line + 1,
                column: column + 1,
            });
        }
        const span = inIndexedList() ? element(offset, pathOf()) : undefined;
        open.push({ isList, keys: new Set(), span });
    };
    // Computing a path is slow, so it is done only for indexed elements.
    const inIndexedList = (): boolean => open.length <= indexedDepth && open.at(-1)?.isList === true;
    const element = (start: number, path: JSONPath): Span => {
        const list = JSON.stringify(path.slice(0, -1));
        const spans = elements.get(list) ?? [];
        const span = { start, end: start };
        spans[Number(path.at(-1))] = span;
        elements.set(list, spans);
        return span;
    };
    const end = (offset: number, length: number): void => {
        const closed = open.pop();
        if (closed?.span !== undefined) {
            closed.span.end = offset + length;
        }
    };
    visit(
        text,
        {
            onObjectBegin: (offset, _length, line, column, pathOf) => {
                begin(false, offset, line, column, pathOf);
            },
            onArrayBegin: (offset, _length, line, column, pathOf) => {
                begin(true, offset, line, column, pathOf);
            },
            onObjectEnd: end,
            onArrayEnd: end,
            onObjectProperty: (key, _offset, _length, _line, _column, pathOf) => {
                const keys = open.at(-1)?.keys;
                if (keys?.has(key) === true) {
                    repeatedKeys.push([...pathOf(), key]);
                }
                keys?.add(key);
            },
            onLiteralValue: (value: unknown, offset, length, _line, _column, pathOf) => {
                if (inIndexedList()) {
                    element(offset, pathOf()).end = offset + length;
                }
                if (Number.isInteger(value) && /[.eE]/.test(text.slice(offset, offset + length))) {
                    floats.push(pathOf());
                }
            },
            onError: (code, offset, _length, line, column) => {
                const problem =
                    offset >= text.trimEnd().length && text.trim() !== ""
                        ? "ends before it is complete"
                        : (syntaxProblems[printParseErrorCode(code)] ?? "is not JSON");
                throw new JsonSyntaxError(problem, { line: line + 1, column: column + 1 });
            },
        },
        { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false },
    );
    return { elements, repeatedKeys, floats };
}

const syntaxProblems: Readonly<Record<string, string>> = {
    InvalidSymbol: "is not JSON: invalid value",
    InvalidNumberFormat: "is not JSON: invalid number",
    PropertyNameExpected: "is not JSON: expected a key in double quotes",
    ValueExpected: "is not JSON: expected a value",
    ColonExpected: "is not JSON: expected a colon",
    CommaExpected: "is not JSON: expected a comma",
    CloseBraceExpected: "is not JSON: expected a closing brace",
    CloseBracketExpected: "is not JSON: expected a closing bracket",
    EndOfFileExpected: "is not JSON: expected the end of the text",
    InvalidCommentToken: "is not JSON: JSON has no comments",
    UnexpectedEndOfString: "is not JSON: a text is not closed",
    InvalidUnicode: "is not JSON: invalid Unicode escape",
    InvalidEscapeCharacter: "is not JSON: invalid escape",
    InvalidCharacter: "is not JSON: a control character must be escaped",
};

function offsetOf(text: string, elements: Elements, path: JsonPath): number {
    for (let length = Math.min(path.length, indexedDepth); length > 0; length--) {
        const index = path[length - 1];
        const span =
            typeof index === "number"
                ? elements.get(JSON.stringify(path.slice(0, length - 1)))?.[index]
                : undefined;
        if (span !== undefined) {
            return span.start + offsetWithin(text.slice(span.start, span.end), path.slice(length));
        }
    }
    const [key] = path;
    // A top-level key. The quotes prevent a match inside a longer word; the first match is good enough.
    return key === undefined ? 0 : Math.max(text.indexOf(`${JSON.stringify(key)}:`), 0);
}

/** The offset of the rest of a path inside one element, or of the longest part of it that exists. */
function offsetWithin(text: string, path: JsonPath): number {
    const root = path.length === 0 ? undefined : parseTree(text);
    for (let length = path.length; root !== undefined && length > 0; length--) {
        const node = findNodeAtLocation(root, path.slice(0, length));
        if (node !== undefined) {
            // The position of the key is more useful than that of its value.
            return node.parent?.type === "property" ? node.parent.offset : node.offset;
        }
    }
    return 0;
}

function lineStarts(text: string): () => readonly number[] {
    let starts: number[] | undefined;
    return () => {
        if (starts === undefined) {
            starts = [0];
            for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
                starts.push(at + 1);
            }
        }
        return starts;
    };
}

function positionAt(starts: readonly number[], offset: number): Position {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
