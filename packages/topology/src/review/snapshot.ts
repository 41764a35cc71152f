import { type Component, componentSchema } from "../definitions/component.ts";
import { conflictLine } from "../definitions/conflictMarker.ts";
import { type JsonDocument, JsonSyntaxError, parseJson } from "../definitions/jsonDocument.ts";
import { parseSnapshot, renderSnapshot, type Snapshot } from "../definitions/snapshot.ts";
import { type Topology, UsageError } from "../model/index.ts";
import { compareText } from "../text/names.ts";
import { canonicalTopology, identities, type TopologyList } from "./compare/canonical.ts";

export type { Snapshot } from "../definitions/snapshot.ts";

const format: Snapshot["format"] = 1;

/** All problems of a text that is not a valid snapshot. */
export class SnapshotError extends UsageError {
    override readonly name = "SnapshotError";
    readonly problems: readonly string[];

    /** @param source the name of the text: a path, or a path at a revision */
    constructor(source: string, problems: readonly string[]) {
        super(
            problems.length === 1
                ? `${source}: ${problems.join("")}`
                : `${source}: is not a valid snapshot:\n${problems.map((each) => `- ${each}`).join("\n")}`,
        );
        this.problems = problems;
    }
}

/** The text of a snapshot, one property per line. Equal topologies give equal texts; the order of their lists has no effect. */
export function writeSnapshot(topology: Topology, stack: string, component?: Component): string {
    return renderSnapshot(stack, canonicalTopology(topology), component);
}

/**
 * Reads a snapshot strictly: unknown content is an error. The topology is in canonical order.
 * @throws SnapshotError `topology/dev.json: line 12: queues[3] "notifier": "type" is "qorum"; ...`
 */
export function readSnapshot(text: string, source: string): Snapshot {
    const unreadable = emptyProblem(text) ?? conflictProblem(text);
    if (unreadable !== undefined) {
        throw new SnapshotError(source, [unreadable]);
    }
    return readSnapshotDocument(parsed(text, source), source);
}

/**
 * As {@link readSnapshot}, for a text that is parsed already.
 * @throws SnapshotError
 */
export function readSnapshotDocument(document: JsonDocument, source: string): Snapshot {
    const unfit = formatProblem(document.value);
    if (unfit !== undefined) {
        throw new SnapshotError(source, [unfit]);
    }
    const { topology, problems } = parseSnapshot(document);
    const found = [
        ...problems.map(({ place, message, fix, path }) =>
            at(document, path, `${place}: ${message}; ${fix}`),
        ),
        ...document.repeatedKeys.map((path) =>
            at(document, path, `key "${path.at(-1) ?? ""}" is duplicate in one object; ${wayOut}`),
        ),
        ...repeatedObjects(topology),
    ];
    if (found.length > 0) {
        throw new SnapshotError(source, [...new Set(found)].sort(byLine));
    }
    const { stack, component } = document.value as Snapshot; // parseSnapshot found no problem
    return {
        format,
        stack,
        ...(component !== undefined && { component: componentSchema.parse(component) }),
        topology: canonicalTopology(topology),
    };
}

const wayOut = "write the file again with topology snapshot";

function emptyProblem(text: string): string | undefined {
    return text.trim() === "" ? `is empty; ${wayOut}` : undefined;
}

function conflictProblem(text: string): string | undefined {
    const line = conflictLine(text);
    return line === undefined
        ? undefined
        : `line ${line}: has the marker of a merge conflict; resolve the conflict in the program, then ${wayOut}`;
}

function parsed(text: string, source: string): JsonDocument {
    try {
        return parseJson(text);
    } catch (error) {
        if (error instanceof JsonSyntaxError) {
            throw new SnapshotError(source, [`line ${error.position.line}: ${error.message}; ${wayOut}`]);
        }
        throw error;
    }
}

function formatProblem(value: unknown): string | undefined {
    if (typeof value !== "object" || value === null || !("format" in value)) {
        return 'is JSON, but not a snapshot: "format" is missing; topology snapshot writes snapshots';
    }
    const written = value.format;
    if (written === format) {
        return undefined;
    }
    if (typeof written !== "number") {
        return `"format" is not a number; ${wayOut}`;
    }
    return written > format
        ? `format ${written} is newer than format ${format}, the newest that this version reads; use the version that wrote it`
        : `format ${written} is older than format ${format}, the oldest that this version reads; ${wayOut}`;
}

function at(document: JsonDocument, path: readonly (string | number)[], sentence: string): string {
    const position = document.positionOf(path);
    return position === undefined ? sentence : `line ${position.line}: ${sentence}`;
}

/** In the order of the file, to fix it from top to bottom. */
function byLine(a: string, b: string): number {
    const [lineA = 0, lineB = 0] = [a, b].map((each) => Number(/^line (\d+)/u.exec(each)?.[1] ?? 0));
    return lineA - lineB || compareText(a, b);
}

/** A merge without a conflict may duplicate an object. Which of the two is right, only a person can decide. */
function repeatedObjects(topology: Topology): readonly string[] {
    const lists = Object.keys(identities) as TopologyList[]; // Object.keys widens the keys
    return lists.flatMap((list) => {
        const identityOf = identities[list] as (each: unknown) => string; // each list with the function of its own key
        const seen = new Set<string>();
        const repeated = new Set<string>();
        for (const each of topology[list]) {
            const identity = identityOf(each);
            (seen.has(identity) ? repeated : seen).add(identity);
        }
        return [...repeated]
            .sort(compareText)
            .map((identity) => `${list} ${identity} is duplicate; remove one of the two, or ${wayOut}`);
    });
}
