import { findNodeAtLocation, type JSONPath, parseTree, printParseErrorCode, visit } from "jsonc-parser";

/** The way to a value: keys of objects and indices of lists. */
export type JsonPath = readonly (string | number)[];

/** A place in a text; both count from 1. */
export interface Position {
    readonly line: number;
    readonly column: number;
}

/** A JSON text that was read, with what a plain parser forgets. */
export interface JsonDocument {
    readonly value: unknown;
    /** Keys that stand twice in one object: the last one counts, to the broker too. */
    readonly repeatedKeys: readonly JsonPath[];
    /** Whole numbers that are written like `60000.0` or `6e4`, which the broker takes for floating-point ones and refuses where it wants integers. */
    readonly floats: readonly JsonPath[];
    /** Where a value stands, or else the nearest that holds it; `undefined` where the value came from no text. */
    readonly positionOf: (path: JsonPath) => Position | undefined;
}

/** A text that is no JSON. */
export class JsonSyntaxError extends Error {
    override readonly name = "JsonSyntaxError";
    readonly position: Position;

    constructor(problem: string, position: Position) {
        super(problem);
        this.position = position;
    }
}

/** Definitions nest five levels; this leaves room, and none for a text that is made to exhaust the stack. */
const maxDepth = 200;

/** List elements down to this depth are remembered by their place; what is inside of one is looked up when somebody asks. */
const indexedDepth = 3;

/**
 * Reads JSON. The values come from the engine's own parser; places from a second pass, which takes some seconds for fifty megabytes and is
 * made where somebody asks for a place, or a key stands twice.
 * @throws JsonSyntaxError
 */
export function parseJson(source: string): JsonDocument {
    // Windows editors put a byte order mark before the text, which is none of it.
    const text = source.replace(/^\uFEFF/, "");
    let known: Scan | undefined;
    const scanned = (): Scan => (known ??= scan(text));
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        scanned(); // It knows the place.
        throw new JsonSyntaxError(error instanceof Error ? error.message : String(error), {
            line: 1,
            column: 1,
        });
    }
    const keys = countedKeys(value);
    if (keys === undefined || keys !== writtenKeys(text)) {
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

/** How many keys a value has; `undefined` where it nests too deeply. */
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

/** How many keys stand in a sound text; more than its value has, where one stands twice. */
function writtenKeys(text: string): number {
    let count = 0;
    for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/gu)) {
        count += colon === undefined ? 0 : 1;
    }
    return count;
}

/** A value that was never a text, such as a live broker's answer. */
export function documentOf(value: unknown): JsonDocument {
    return { value, repeatedKeys: [], floats: [], positionOf: () => undefined };
}

interface Span {
    readonly start: number;
    end: number;
}

/** An object or a list whose end is still to come. */
interface Open {
    readonly isList: boolean;
    /** Those that stood in it so far, if it is an object. */
    readonly keys: Set<string>;
    /** Where it stands, if it is an element of an indexed list. */
    readonly span: Span | undefined;
}

/** Where each element of each list stands, by the list's path. */
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
    // Paths cost time, so they are asked for where one is kept.
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
    InvalidSymbol: "is not JSON: no value begins like this",
    InvalidNumberFormat: "is not JSON: this is no number",
    PropertyNameExpected: "is not JSON: a key in double quotes must stand here",
    ValueExpected: "is not JSON: a value must stand here",
    ColonExpected: "is not JSON: a colon must stand here",
    CommaExpected: "is not JSON: a comma must stand here",
    CloseBraceExpected: "is not JSON: a closing brace must stand here",
    CloseBracketExpected: "is not JSON: a closing bracket must stand here",
    EndOfFileExpected: "is not JSON: the text must end here",
    InvalidCommentToken: "is not JSON: JSON has no comments",
    UnexpectedEndOfString: "is not JSON: a text is not closed",
    InvalidUnicode: "is not JSON: this is no Unicode escape",
    InvalidEscapeCharacter: "is not JSON: this escape does not exist",
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
    // A key of the whole document; its quotes keep it from being found in a longer word, and the first one is good enough for a person.
    return key === undefined ? 0 : Math.max(text.indexOf(`${JSON.stringify(key)}:`), 0);
}

/** Where the rest of a path leads inside of one element, or how far it gets. */
function offsetWithin(text: string, path: JsonPath): number {
    const root = path.length === 0 ? undefined : parseTree(text);
    for (let length = path.length; root !== undefined && length > 0; length--) {
        const node = findNodeAtLocation(root, path.slice(0, length));
        if (node !== undefined) {
            // The key says more than its value: a person looks for the line.
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
