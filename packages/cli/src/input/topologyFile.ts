import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type Topology, UsageError } from "@spot-messaging/topology";
import type { Finding, Locator } from "@spot-messaging/topology/check";
import { documentLocator, inputFinding, noLocation } from "@spot-messaging/topology/check";
import type { InputProblem, ParsedTopology } from "@spot-messaging/topology/definitions";
import {
    conflictLine,
    documentOf,
    isSnapshot,
    type JsonDocument,
    JsonSyntaxError,
    parseJson,
    parseTopology,
    readTopology,
} from "@spot-messaging/topology/definitions";
import { readSnapshot, readSnapshotDocument } from "@spot-messaging/topology/review";

/** A topology that somebody asks about, wherever it comes from. */
export interface TopologyInput {
    readonly topology: Topology;
    /** What its text says that a topology cannot. */
    readonly findings: readonly Finding[];
    readonly locate: Locator;
    /** The stack that it is, where it is the program's own. */
    readonly stack?: string;
}

/** What `-` reads. */
export type Stdin = AsyncIterable<Uint8Array>;

const wanted = "give a snapshot, or the definitions that a broker exported";

/**
 * Reads a snapshot or exported definitions.
 * @param file a path, or `-` for standard input
 * @throws UsageError that names every place that cannot be read
 */
export async function readTopologyFile(file: string, stdin: Stdin): Promise<TopologyInput> {
    const name = nameOf(file);
    const text = await readText(file, stdin, wanted);
    const { document, ...parsed } = soundJson(() => parseTopology(text), name);
    return judgeable(parsed, document, name);
}

/** One version of a topology from a file, to be compared with another. */
export interface TopologyVersion {
    readonly topology: Topology;
    /** @default - a broker's definitions, which belong to no stack */
    readonly stack?: string;
}

/**
 * Reads a snapshot strictly, or exported definitions.
 * @param file a path, or `-` for standard input
 * @throws UsageError that names every place that cannot be read
 */
export async function readTopologyVersion(file: string, stdin: Stdin): Promise<TopologyVersion> {
    const name = nameOf(file);
    const text = await readText(file, stdin, wanted);
    if (conflictLine(text) !== undefined) {
        return readSnapshot(text, name);
    }
    const document = soundJson(() => parseJson(text), name);
    return isSnapshot(document)
        ? readSnapshotDocument(document, name)
        : { topology: judgeable(readTopology(document), document, name).topology };
}

function soundJson<T>(read: () => T, name: string): T {
    try {
        return read();
    } catch (error) {
        if (error instanceof JsonSyntaxError) {
            const { line, column } = error.position;
            throw new UsageError(`${name}:${line}:${column}: ${error.message}; ${wanted}`);
        }
        throw error;
    }
}

/**
 * Reads a text in UTF-8 that says something.
 * @param file a path, or `-` for standard input
 * @param wayOut what to do where it is empty
 * @throws UsageError
 */
export async function readText(file: string, stdin: Stdin, wayOut: string): Promise<string> {
    const name = nameOf(file);
    const text = textOf(file === "-" ? await buffer(stdin) : await bytesOf(file), name);
    if (text.trim() === "") {
        throw new UsageError(`${name}: is empty; ${wayOut}`);
    }
    return text;
}

function nameOf(file: string): string {
    return file === "-" ? "standard input" : file.replace(/\\/g, "/");
}

/** The same of definitions that were never a text. */
export function topologyOfDefinitions(definitions: unknown, name: string): TopologyInput {
    const document = documentOf(definitions);
    return { ...judgeable(readTopology(document), document, name), locate: noLocation };
}

async function bytesOf(file: string): Promise<Uint8Array> {
    try {
        return await readFile(file);
    } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        throw new UsageError(
            `file "${file}" ${failures[code] ?? `cannot be read (${code || String(error)})`}`,
        );
    }
}

const failures: Readonly<Record<string, string>> = {
    ENOENT: "does not exist; check the path",
    EISDIR: "is a folder; name a file in it",
    EACCES: "may not be read; check its permissions",
    ERR_FS_FILE_TOO_LARGE: "is larger than 2 GiB; export one virtual host at a time",
};

/**
 * @param name what messages call it
 * @throws UsageError where it is no text in UTF-8
 */
export function textOf(bytes: Uint8Array, name: string): string {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (error) {
        const isTooLong = error instanceof Error && "code" in error && error.code === "ERR_STRING_TOO_LONG";
        throw new UsageError(
            isTooLong
                ? `${name}: is larger than what fits into memory; export one virtual host at a time`
                : `${name}: is no text in UTF-8; unpack or convert it`,
        );
    }
}

/** How many places a person is told at once. */
const mostProblems = 20;

function judgeable(parsed: ParsedTopology, document: JsonDocument, name: string): TopologyInput {
    const unreadable = parsed.problems.filter(({ rule }) => rule === "unreadable");
    if (unreadable.length > 0) {
        const shown = unreadable.slice(0, mostProblems).map((each) => `- ${sentence(each, document, name)}`);
        const rest = unreadable.length - shown.length;
        throw new UsageError(
            [`${name} cannot be judged:`, ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n"),
        );
    }
    return {
        topology: parsed.topology,
        findings: parsed.problems.map(inputFinding),
        locate: documentLocator(parsed, document, name),
    };
}

function sentence({ path, place, message, fix }: InputProblem, document: JsonDocument, name: string): string {
    const position = document.positionOf(path);
    const at = position === undefined ? name : `${name}:${position.line}:${position.column}`;
    return `${at}: ${place}: ${message}; ${fix}`;
}
