import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { conflictLine } from "../../definitions/conflictMarker.ts";
import { UsageError } from "../../model/index.ts";

/** An entry of a list that people keep, each for a reason and perhaps for a time. */
export interface Reasoned {
    /** @default - every stack */
    readonly stack?: string | undefined;
    readonly reason?: string | undefined;
    /** The last day on which it holds, such as `2027-03-31`. @default - as long as there is something that it is about */
    readonly until?: string | undefined;
    /** Where it stands in its file. */
    readonly line: number;
}

/** What a file with such a list looks like. */
export interface EntryForm<T> {
    /** What the file is: `baseline`. */
    readonly noun: string;
    /** The keys that the list may stand under; people write the first. */
    readonly lists: readonly [string, ...string[]];
    /** What an entry has at least: `rule, place and reason`. */
    readonly fields: string;
    readonly entry: z.ZodType<T>;
}

/** A day as people write it. */
const day = z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day, such as "2027-03-31"')
    .refine(isDay, "expected a day that exists");

/** `Date` takes 30 February for 2 March. */
function isDay(text: string): boolean {
    const date = new Date(text);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** What every entry may say. */
export const reasoned = {
    stack: z.string().optional(),
    reason: z.string().optional(),
    until: day.optional(),
};

/**
 * Reads the entries of a file in YAML, and in which line each stands. A file without any is sound.
 * @throws UsageError with every problem at once
 */
export function parseEntries<T extends object>(
    text: string,
    file: string,
    { noun, lists, fields, entry }: EntryForm<T>,
): readonly (T & { readonly line: number })[] {
    const conflict = conflictLine(text);
    if (conflict !== undefined) {
        throw new UsageError(
            `${file}: line ${conflict}: has the marker of a merge conflict; keep the entries of both sides that still count`,
        );
    }
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const [unsound] = document.errors;
    if (unsound !== undefined) {
        const [first = unsound.message] = unsound.message.split("\n");
        throw new UsageError(`${file}: ${first.replace(/:$/, "")}; correct the YAML there`);
    }
    const value = valueOf(document, file) ?? { [lists[0]]: [] };
    const list = lists.find((key) => typeof value === "object" && key in value);
    const refuse = (problems: readonly string[]): never => {
        throw new UsageError(
            `${file} is no ${noun}:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
        );
    };
    if (list === undefined) {
        return refuse([
            `it has no list "${lists[0]}"; write "${lists[0]}:" with one entry of ${fields} a line`,
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

/** The parser refuses aliases that would unfold to a text without end. */
function valueOf(document: ReturnType<typeof parseDocument>, file: string): object | string | number | null {
    try {
        return document.toJS() as object | string | number | null; // what YAML can say
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UsageError(`${file}: ${reason}; write its entries without aliases`);
    }
}

function hasRange(node: unknown): node is { readonly range: readonly [number, ...number[]] } {
    return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
