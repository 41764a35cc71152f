import type { AcceptedValues } from "../broker/acceptedValues.ts";
import type { JsonDocument, JsonPath } from "../definitions/jsonDocument.ts";
import { placeAt } from "../definitions/objectReader.ts";
import type { ArgumentValue, KnownVersion } from "../model/index.ts";
import { shown } from "../text/shown.ts";
import type { KnownBroker } from "./knownBroker.ts";
import { has, type ImportChange, type Release } from "./release.ts";

/** What an import does with a part of a file that it does not take as it is written. */
export type ImportOutcome =
    /** The broker answers with an error. What it imported before it came here stays. */
    | "refused"
    /** The broker reports success and does not create the object. */
    | "leftOut";

/** One thing that keeps a file, or an object of it, from being imported. */
export interface ImportProblem {
    readonly outcome: ImportOutcome;
    /** What would make it go well, where the file alone does not decide: `user "guest" exists`. @default - nothing */
    readonly unless?: string;
    /** `queues[3] "orders"`. */
    readonly place: string;
    readonly message: string;
    readonly fix: string;
    readonly path: JsonPath;
}

/** What a value of a file is to the broker; it tells `5` and `5.0` apart. */
export type ValueKind = "absent" | "flag" | "float" | "integer" | "list" | "null" | "table" | "text";

/** A definitions file while it is checked. */
export interface ImportFile {
    readonly version: KnownVersion;
    readonly release: Release;
    /** Whether the release has a change. */
    readonly has: (change: ImportChange) => boolean;
    readonly broker: KnownBroker;
    readonly kindOf: (value: unknown, path: JsonPath) => ValueKind;
    readonly add: (problem: Omit<ImportProblem, "place">, name?: unknown) => void;
}

export interface ImportFileProblems extends ImportFile {
    readonly all: () => readonly ImportProblem[];
}

/** @param indexOf the index in the document of an element of a list. @default - the same */
export function importFile(
    document: JsonDocument,
    release: Release,
    broker: KnownBroker,
    indexOf?: (list: string, index: number) => number,
): ImportFileProblems {
    const problems: ImportProblem[] = [];
    const inDocument = (path: JsonPath): JsonPath => {
        const [list, index, ...rest] = path;
        return indexOf === undefined || typeof list !== "string" || typeof index !== "number"
            ? path
            : [list, indexOf(list, index), ...rest];
    };
    let floats: ReadonlySet<string> | undefined;
    const isFloat = (path: JsonPath): boolean => {
        floats ??= new Set(document.floats.map((each) => JSON.stringify(each)));
        return floats.size > 0 && floats.has(JSON.stringify(path));
    };
    return {
        version: release.version,
        release,
        has: (change) => has(release, change),
        broker,
        kindOf: (value, path) => kindOf(value, () => isFloat(inDocument(path))),
        add: (problem, name) => {
            const path = inDocument(problem.path);
            problems.push({ ...problem, path, place: placeAt(path.slice(0, 2), name) });
        },
        all: () => problems,
    };
}

function kindOf(value: unknown, isFloat: () => boolean): ValueKind {
    if (value === undefined) {
        return "absent";
    }
    if (value === null) {
        return "null";
    }
    if (typeof value === "number") {
        return Number.isInteger(value) && !isFloat() ? "integer" : "float";
    }
    return typeof value === "string"
        ? "text"
        : typeof value === "boolean"
          ? "flag"
          : Array.isArray(value)
            ? "list"
            : "table";
}

/** A value as a sentence shows it. */
export function describeValue(value: unknown): string {
    return value === undefined ? "missing" : shown(value);
}

/** Whether the broker accepts a value of a file for a setting. To the broker, a number with a fraction or a point is not an integer. */
export function acceptsValue({ accepts }: AcceptedValues, value: unknown, kind: ValueKind): boolean {
    const seen = kind === "float" && Number.isInteger(value) ? Number(value) + 0.5 : value;
    return accepts(seen as ArgumentValue); // a value of JSON
}
