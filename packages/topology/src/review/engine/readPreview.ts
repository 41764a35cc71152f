import { z } from "zod";
import { UsageError } from "../../model/index.ts";
import { readDigest } from "./digest.ts";
import { readEvents } from "./eventStream.ts";
import type { Preview } from "./preview.ts";

/** Why a text cannot be read as a preview, in a sentence. */
export class PreviewError extends UsageError {
    override readonly name = "PreviewError";

    constructor(source: string, problem: string) {
        super(`preview "${source}" ${problem}`);
    }
}

const wayOut = "run pulumi preview --json again and pass its standard output";

/**
 * Reads the output of the engine's preview, a digest or a stream of events; the content shows which. Lines of other programs are skipped and
 * counted.
 * @param source the name of the text for error messages
 * @throws PreviewError
 */
export function readPreview(text: string, source: string): Preview {
    if (text.trim() === "") {
        throw new PreviewError(source, `is empty; read what pulumi wrote to standard error, then ${wayOut}`);
    }
    const lines = text
        .replace(/^\uFEFF/u, "")
        .split(/\r?\n/u)
        .filter((line) => line.trim() !== "");
    const values = lines.flatMap((line) => objectIn(line) ?? []);
    const isStream = values.some((each) => "sequence" in each);
    return isStream ? streamOf(lines, values, source) : digestOf(lines, source);
}

function streamOf(lines: readonly string[], values: readonly object[], source: string): Preview {
    const events = values.filter((each) => "sequence" in each);
    const preview = checked(() => readEvents(events, lines.length - events.length), source);
    const isCut = lines.at(-1)?.startsWith("{") === true && objectIn(lines.at(-1) ?? "") === undefined;
    return isCut
        ? {
              ...preview,
              defect: "its last line ends in the middle: the preview was interrupted, or the file is cut off",
          }
        : preview;
}

/** The digest is one object: indented, with its first and last brace at the beginning of a line, or on a single line. */
function digestOf(lines: readonly string[], source: string): Preview {
    const first = lines.findIndex((line) => line.startsWith("{"));
    if (first < 0) {
        const isList = lines.some((line) => line.startsWith("["));
        throw new PreviewError(source, `is ${isList ? "JSON, but not a preview" : "not JSON"}; ${wayOut}`);
    }
    const last = lines.findLastIndex(
        (line) => line.startsWith("}") || (line.startsWith("{") && line.endsWith("}")),
    );
    const value = objectIn(lines.slice(first, last + 1).join("\n"));
    if (value === undefined) {
        const isCut = last < first;
        throw new PreviewError(
            source,
            isCut
                ? `ends in the middle: the preview was interrupted, or the file is cut off; ${wayOut}`
                : `is not valid JSON; ${wayOut}`,
        );
    }
    const mistaken = otherDocuments.find(({ keys }) => keys.every((key) => key in value));
    if (mistaken !== undefined) {
        throw new PreviewError(source, `is ${mistaken.what}; ${wayOut}`);
    }
    if (!("steps" in value || "changeSummary" in value)) {
        throw new PreviewError(source, `is JSON, but neither a preview's digest nor its events; ${wayOut}`);
    }
    const skipped = first + (lines.length - 1 - last);
    return checked(() => readDigest(value, skipped), source);
}

/** Documents that are often passed by mistake, recognized by keys that only they have. */
const otherDocuments: readonly { readonly keys: readonly string[]; readonly what: string }[] = [
    { keys: ["deployment", "version"], what: "an exported state, not a preview" },
    { keys: ["format_version"], what: "a plan of Terraform or OpenTofu, not a preview of Pulumi" },
    { keys: ["manifest", "resourcePlans"], what: "a saved plan, not a preview" },
    { keys: ["result", "summary", "resources"], what: "the short summary of --output json" },
    { keys: ["format", "topology"], what: "a snapshot of a topology, not a preview" },
    { keys: ["rabbit_version"], what: "definitions of a broker, not a preview" },
];

function objectIn(text: string): object | undefined {
    if (!text.startsWith("{")) {
        return undefined;
    }
    try {
        return JSON.parse(text) as object; // an object, as it begins with a brace
    } catch {
        return undefined;
    }
}

function checked(read: () => Preview, source: string): Preview {
    try {
        return read();
    } catch (error) {
        if (!(error instanceof z.ZodError)) {
            throw error;
        }
        const { path, message } = error.issues[0] ?? { path: [], message: "no reason given" };
        throw new PreviewError(source, `has an unknown form (${path.join(".")}: ${message}); ${wayOut}`);
    }
}
