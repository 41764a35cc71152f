import { createHash } from "node:crypto";
import { type KnownVersion, type Topology, UsageError } from "@spot-messaging/topology";
import type { Finding, Locator } from "@spot-messaging/topology/check";
import { documentLocator, inputFinding, noLocation, reportedByImport } from "@spot-messaging/topology/check";
import type {
    Component,
    ImportVerdict,
    InputProblem,
    ParsedTopology,
} from "@spot-messaging/topology/definitions";
import {
    conflictLine,
    type Digest,
    documentOf,
    importVerdict,
    isSnapshot,
    type JsonDocument,
    JsonSyntaxError,
    OtherFormatError,
    readDocument,
    readTopology,
} from "@spot-messaging/topology/definitions";
import { readSnapshot, readSnapshotDocument } from "@spot-messaging/topology/review";
import type { ProgramStack } from "../config/program.ts";
import type { Stdin } from "../process/commandIo.ts";
import { decodeText, fileName, readText, unpacked } from "./textFile.ts";

/** The topology that a command reads, from any source. */
export interface TopologyInput {
    readonly topology: Topology;
    /** Findings about the text of the input, which a topology cannot represent. */
    readonly findings: readonly Finding[];
    readonly locate: Locator;
    /** The definitions that it was read from. @default - it is a snapshot, or comes from a program */
    readonly definitions?: JsonDocument;
    /** Whether a broker of a version imports it. @default - the input is not a file with definitions */
    readonly importCheck?: (version: KnownVersion, vhost?: string) => ImportCheck;
    /** The stack of the program that declares it. @default - the topology does not come from a program */
    readonly stack?: ProgramStack;
}

/** The findings that say whether a broker imports a file. */
export interface ImportCheck extends Pick<TopologyInput, "findings" | "locate"> {
    readonly verdict: ImportVerdict;
    /** Whether the verdict already reports the finding of a rule. */
    readonly reports: (finding: Finding) => boolean;
}

const wayOut = "give a snapshot, or the definitions that a broker exported";

/**
 * Reads a snapshot or exported definitions.
 * @param file a path, or `-` for standard input
 * @throws UsageError with the location of every unreadable value
 */
export async function readTopologyFile(file: string, stdin: Stdin): Promise<TopologyInput> {
    const name = fileName(file);
    const document = documentOfText(await readText(file, stdin, wayOut), name);
    const parsed = readTopology(document, { digest });
    const input = topologyInput(parsed, document, name);
    return isSnapshot(document)
        ? input
        : {
              ...input,
              definitions: document,
              importCheck: (version, vhost) => importCheck(parsed, document, name, version, vhost),
          };
}

function importCheck(
    parsed: ParsedTopology,
    document: JsonDocument,
    name: string,
    version: KnownVersion,
    vhost: string | undefined,
): ImportCheck {
    const verdict = importVerdict(document, version, vhost);
    const { problems } = verdict;
    return {
        verdict,
        findings: problems.map(inputFinding),
        locate: documentLocator({ ...parsed, problems: [...parsed.problems, ...problems] }, document, name),
        reports: reportedByImport(parsed, problems),
    };
}

const digest: Digest = (algorithm, bytes) => createHash(algorithm).update(bytes).digest();

/** One version of a topology from a file, to be compared with another. */
export interface TopologyVersion {
    readonly topology: Topology;
    /** @default - a broker's definitions, which belong to no stack */
    readonly stack?: string;
    readonly component?: Component;
}

/**
 * Reads a snapshot strictly, or exported definitions.
 * @param file a path, or `-` for standard input
 * @throws UsageError with the location of every unreadable value
 */
export async function readTopologyVersion(file: string, stdin: Stdin): Promise<TopologyVersion> {
    const name = fileName(file);
    const text = await readText(file, stdin, wayOut);
    if (conflictLine(text) !== undefined) {
        return readSnapshot(text, name);
    }
    const document = documentOfText(text, name);
    return isSnapshot(document)
        ? readSnapshotDocument(document, name)
        : { topology: topologyInput(readTopology(document, { digest }), document, name).topology };
}

/** @throws UsageError that names the cause and its place, or the format that the text has instead */
function documentOfText(text: string, name: string): JsonDocument {
    try {
        return readDocument(text, {
            isYaml: /\.ya?ml(?:\.gz)?$/i.test(name),
            decode: (bytes) => decodeText(unpacked(bytes, name), name),
        });
    } catch (error) {
        if (error instanceof JsonSyntaxError) {
            const { line, column } = error.position;
            throw new UsageError(`${name}:${line}:${column}: ${error.message}; ${wayOut}`);
        }
        throw error instanceof OtherFormatError ? new UsageError(`${name}: ${error.message}`) : error;
    }
}

/** Definitions with fields that cannot be read, so that they are not checked. */
export class UnreadableTopology extends UsageError {
    /** What an import makes of the file, and the problems that the message does not name. */
    readonly importOf: (
        version: KnownVersion | undefined,
        vhost: string | undefined,
    ) => { readonly verdict: ImportVerdict; readonly others: readonly string[] };

    constructor(message: string, importOf: UnreadableTopology["importOf"]) {
        super(message);
        this.importOf = importOf;
    }
}

/** Reads definitions that a broker returned, not a file. */
export function topologyOfDefinitions(definitions: unknown, name: string): TopologyInput {
    const document = documentOf(definitions);
    return {
        ...topologyInput(readTopology(document, { isLive: true, digest }), document, name),
        definitions: document,
        locate: noLocation,
    };
}

/** The maximum number of problems in a message. */
export const maxProblems = 20;

function topologyInput(parsed: ParsedTopology, document: JsonDocument, name: string): TopologyInput {
    const unreadable = parsed.problems.filter(({ rule }) => rule === "unreadable");
    if (unreadable.length > 0) {
        const shown = unreadable.slice(0, maxProblems).map((each) => `- ${sentence(each, document, name)}`);
        const rest = unreadable.length - shown.length;
        throw new UnreadableTopology(
            [`${name} cannot be read:`, ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n"),
            (version, vhost) => {
                const verdict = importVerdict(document, version ?? parsed.topology.brokerVersion, vhost);
                const known = new Set(unreadable.map(({ path }) => JSON.stringify(path)));
                const others = verdict.problems.filter(({ path }) => !known.has(JSON.stringify(path)));
                return { verdict, others: others.map((each) => sentence(each, document, name)) };
            },
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
