import { quotedFirst } from "../../text/names.ts";
import { listKeys } from "../definitionsShape.ts";
import {
    type JsonDocument,
    type JsonPath,
    JsonSyntaxError,
    type Position,
    parseJson,
} from "../jsonDocument.ts";
import { isObject } from "../objectReader.ts";
import { isSnapshot } from "../snapshot.ts";
import { type ManifestEntry, manifestEntries } from "./manifest.ts";
import { OtherFormatError, otherFormatError } from "./otherFormatError.ts";
import { exportWayOut, otherText } from "./otherText.ts";
import { otherValue } from "./otherValue.ts";
import { withCause } from "./syntaxCause.ts";
import { parseYaml, type YamlDocument } from "./yamlDocument.ts";

/** How to read a text. */
export interface DocumentOptions {
    /** Whether the name of the file says that it is YAML. @default false */
    readonly isYaml?: boolean;
    /** Makes a text of the bytes of an entry, which may be compressed. @default - UTF-8 */
    readonly decode?: (bytes: Uint8Array) => string;
}

/** Definitions or a snapshot, and where they are in the input. */
interface Source {
    readonly document: JsonDocument;
    /** `document 2`. */
    readonly place: string;
}

/**
 * Reads definitions or a snapshot from JSON or YAML, also from a Secret or a ConfigMap.
 * @throws JsonSyntaxError with the cause and its position
 * @throws OtherFormatError which names what the input is instead
 */
export function readDocument(source: string, options: DocumentOptions = {}): JsonDocument {
    const text = source.replace(/^\uFEFF/, "");
    const documents: readonly (JsonDocument & Partial<YamlDocument>)[] = documentsOf(text, options);
    const sources = documents.flatMap((document, index) =>
        sourcesOf(document, index, documents.length, options),
    );
    const [only, second] = sources;
    if (only !== undefined && second !== undefined) {
        throw new OtherFormatError(
            `has definitions in several places (${sources.map(({ place }) => place).join(", ")}); give one of them in a file of its own`,
        );
    }
    if (only !== undefined) {
        return only.document;
    }
    const [first] = documents;
    const keys = documents
        .flatMap(({ value }) => manifestEntries(value))
        .map(({ path }) => String(path.at(-1)));
    const other = documents.map(({ value }) => otherValue(value)).find((each) => each !== undefined);
    if (other !== undefined) {
        const what =
            documents.length > 1 ? `${documents.length} YAML documents, such as ${other.what}` : other.what;
        throw keys.length === 0
            ? otherFormatError({ ...other, what })
            : new OtherFormatError(
                  `is ${what}; none of its entries (${quotedFirst(keys)}) contains definitions; give the manifest that does`,
              );
    }
    if (first === undefined) {
        throw new OtherFormatError(`contains only comments; ${exportWayOut}`);
    }
    return first;
}

/** @throws JsonSyntaxError, OtherFormatError */
function documentsOf(text: string, { isYaml = false }: DocumentOptions): readonly JsonDocument[] {
    if (/^\s*[{[]/.test(text)) {
        try {
            return [parseJson(text)];
        } catch (error) {
            if (!(error instanceof JsonSyntaxError)) {
                throw error;
            }
            const other = otherText(text);
            if (other !== undefined) {
                throw otherFormatError(other);
            }
            if (!isYaml) {
                throw withCause(error, text);
            }
        }
    }
    const other = isYaml ? undefined : otherText(text);
    if (other !== undefined) {
        throw otherFormatError(other);
    }
    if (isYaml || looksLikeYaml(text)) {
        return yamlDocuments(text);
    }
    if (/^\s*[A-Za-z#]/.test(text) && !/^\s*(?:true|false|null)\s*$/.test(text)) {
        throw otherFormatError({ what: "a text that is neither JSON nor YAML", wayOut: exportWayOut });
    }
    return [jsonDocument(text)];
}

/** @throws JsonSyntaxError */
function jsonDocument(text: string): JsonDocument {
    try {
        return parseJson(text);
    } catch (error) {
        throw error instanceof JsonSyntaxError ? withCause(error, text) : error;
    }
}

function looksLikeYaml(text: string): boolean {
    return /^(?:---(?:\s|$)|%YAML|[\w./"'-]+\s*:(?:\s|$)|-\s+\S)/m.test(text);
}

/** A placeholder of a template where YAML has a value, or on a line of its own. */
const placeholder =
    /^[ \t]*(?:-[ \t]+|[\w.$"'-]+:[ \t]+)*(\{\{.{0,60}|\{%.{0,60}|<%.{0,60}|\$\{[^}\n]{0,40}\}[ \t]*$)/m;

/** @throws JsonSyntaxError, OtherFormatError */
function yamlDocuments(text: string): readonly JsonDocument[] {
    const template = placeholder.exec(text);
    const isBare = template?.[1]?.startsWith("${") !== true;
    if (template !== null && isBare) {
        const before = text.slice(0, template.index + template[0].indexOf(template[1] ?? ""));
        throw new JsonSyntaxError(
            `is not YAML: has the template placeholder ${(template[1] ?? "").trim()}; render the template first`,
            { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") },
        );
    }
    try {
        return parseYaml(text);
    } catch (error) {
        const other = otherText(text);
        throw other === undefined ? error : otherFormatError(other);
    }
}

function sourcesOf(
    document: JsonDocument & Partial<YamlDocument>,
    index: number,
    count: number,
    options: DocumentOptions,
): readonly Source[] {
    const place = count === 1 ? "" : `document ${index + 1}`;
    const entries = manifestEntries(document.value);
    if (entries.length > 0) {
        return entries.flatMap((entry) => {
            const inner = embedded(document, entry, options);
            return inner === undefined
                ? []
                : [{ document: inner, place: place === "" ? entry.place : `${place}: ${entry.place}` }];
        });
    }
    return hasDefinitions(document) ? [{ document, place: place === "" ? "the file" : place }] : [];
}

function hasDefinitions(document: JsonDocument): boolean {
    const { value } = document;
    const isManifest = isObject(value) && "kind" in value && "apiVersion" in value;
    return (
        isSnapshot(document) ||
        (isObject(value) && !isManifest && listKeys.some((key) => Array.isArray(value[key])))
    );
}

/**
 * The definitions in an entry of a manifest, with positions in the manifest; `undefined` if the entry has none.
 * @throws JsonSyntaxError for an entry that is meant to be JSON
 */
function embedded(
    outer: JsonDocument & Partial<YamlDocument>,
    { place, path, content }: ManifestEntry,
    options: DocumentOptions,
): JsonDocument | undefined {
    const key = String(path.at(-1));
    const isJson = /\.json(?:\.gz)?$/i.test(key);
    const at = (inner: Position | undefined): Position => {
        const block = typeof content === "string" ? outer.blockAt?.(path) : undefined;
        return inner === undefined || block === undefined
            ? (outer.positionOf(path) ?? { line: 1, column: 1 })
            : { line: block.line + inner.line - 1, column: block.column + inner.column - 1 };
    };
    if (content === undefined) {
        throw new JsonSyntaxError(`${place} is not Base64: use stringData for plain text`, at(undefined));
    }
    try {
        const { decode = utf8 } = options;
        const text = typeof content === "string" ? content : decode(content);
        const inner = readDocument(text, { ...options, isYaml: /\.ya?ml(?:\.gz)?$/i.test(key) });
        return hasDefinitions(inner)
            ? {
                  value: inner.value,
                  repeatedKeys: inner.repeatedKeys,
                  floats: inner.floats,
                  positionOf: (each: JsonPath) => at(inner.positionOf(each)),
              }
            : undefined;
    } catch (error) {
        if (error instanceof JsonSyntaxError && isJson) {
            throw new JsonSyntaxError(`${place} ${error.message}`, at(error.position));
        }
        return undefined;
    }
}

function utf8(bytes: Uint8Array): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
