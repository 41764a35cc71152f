import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { conflictLine } from "../../definitions/conflictMarker.ts";
import { UsageError } from "../../model/index.ts";

/** An entry of a hand-written list, with a reason and optionally an end date. */
export interface Reasoned {
    /** @default - every stack */
    readonly stack?: string | undefined;
    readonly reason?: string | undefined;
    /** The last day on which it applies, such as `2027-03-31`. @default - no end */
    readonly until?: string | undefined;
    /** Its line in the file. */
    readonly line: number;
}

/** The form of a file with such a list. */
export interface EntryForm<T> {
    /** What the file is: `baseline`. */
    readonly noun: string;
    /** The accepted keys of the list; new files use the first. */
    readonly lists: readonly [string, ...string[]];
    /** The required fields of an entry: `rule, place and reason`. */
    readonly fields: string;
    readonly entry: z.ZodType<T>;
}

/** A date such as `2027-03-31`. */
const day = z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date, such as "2027-03-31"')
    .refine(isDay, "expected a date that exists");

/** `Date` reads 30 February as 2 March. */
function isDay(text: string): boolean {
    const date = new Date(text);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The optional fields of every entry. */
export const reasoned = {
    stack: z.string().optional(),
    reason: z.string().optional(),
    until: day.optional(),
};

/**
 * Reads the entries of a YAML file, each with its line. A file without entries is valid.
 * @throws UsageError with all problems
 */
export function parseEntries<T extends object>(
    text: string,
    file: string,
    { noun, lists, fields, entry }: EntryForm<T>,
): readonly (T & { readonly line: number })[] {
    const conflict = conflictLine(text);
    if (conflict !== undefined) {
        throw new UsageError(`${file}: line ${conflict}: has a merge conflict marker; resolve the conflict`);
    }
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const [yamlError] = document.errors;
    if (yamlError !== undefined) {
        const [first = yamlError.message] = yamlError.message.split("\n");
        throw new UsageError(`${file}: ${first.replace(/:$/, "")}; correct the YAML there`);
    }
    const value = valueOf(document, file) ?? { [lists[0]]: [] };
    const list = lists.find((key) => typeof value === "object" && key in value);
    const refuse = (problems: readonly string[]): never => {
        throw new UsageError(
            `${file} is not a valid ${noun}:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
        );
    };
    if (list === undefined) {
        return refuse([
            `it has no list "${lists[0]}"; write "${lists[0]}:" and under it entries with ${fields}`,
        ]);
    }
    const parsed = z.strictObject({ [list]: z.array(entry).nullable() }).safeParse(value);
    if (!parsed.success) {
        return refuse(
            parsed.error.issues.map(({ path, message }) =>
                [path.join("."), message].filter(Boolean).join(": "),
            ),
        );
    }
    return (parsed.data[list] ?? []).map((each, index) => {
        const node = document.getIn([list, index], true);
        return { ...each, line: lines.linePos(hasRange(node) ? node.range[0] : 0).line };
    });
}

export function hasReason({ reason }: Pick<Reasoned, "reason">): boolean {
    return reason !== undefined && reason.trim() !== "";
}

/** @param today such as `2026-11-24` */
export function isOver({ until }: Pick<Reasoned, "until">, today: string): boolean {
    return until !== undefined && until < today;
}

/** The parser refuses aliases that would expand without end. */
function valueOf(document: ReturnType<typeof parseDocument>, file: string): object | string | number | null {
    try {
        return document.toJS() as object | string | number | null; // the types that YAML has
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UsageError(`${file}: ${reason}; write the entries without YAML aliases`);
    }
}

function hasRange(node: unknown): node is { readonly range: readonly [number, ...number[]] } {
    return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
