import type { Topology } from "@spot-messaging/topology";
import type { QueueNumbers } from "@spot-messaging/topology/broker";

/** What a list knows: a topology, and the numbers of a live broker if one was asked. */
export interface ListSource {
    readonly topology: Topology;
    readonly numbers?: readonly QueueNumbers[];
}

/** A value as JSON has it; `null` is what does not exist or does not apply. */
export type ListValue =
    | string
    | number
    | boolean
    | null
    | readonly ListValue[]
    | { readonly [key: string]: ListValue };

/** A property of the objects of a list. */
export interface Column<T> {
    /** Its key in JSON, its title in a table, and its name in `--columns` and `--sort`. */
    readonly id: string;
    readonly value: (object: T) => ListValue;
    /** The value in a table. @default - as it is, a list separated by commas */
    readonly text?: (object: T) => string | readonly string[];
    /** Only in JSON, YAML, `-o wide` and `--columns`. @default false */
    readonly wide?: boolean;
}

/** A list as a whole: values and texts of every row, column by column. */
export interface Table {
    readonly columns: readonly Pick<Column<never>, "id" | "wide">[];
    readonly rows: readonly Row[];
}

/** By the id of the column. */
export type Row = ReadonlyMap<string, Cell>;

export interface Cell {
    readonly value: ListValue;
    readonly text: string | readonly string[];
}

/** Makes the table of some objects. */
export function tableOf<T>(objects: readonly T[], columns: readonly Column<T>[]): Table {
    return {
        columns,
        rows: objects.map(
            (object) =>
                new Map(
                    columns.map(({ id, value: valueOf, text }) => {
                        const value = valueOf(object);
                        return [id, { value, text: text?.(object) ?? plainText(value) }];
                    }),
                ),
        ),
    };
}

function plainText(value: ListValue): string | readonly string[] {
    if (value === null || value === "") {
        return "-";
    }
    if (Array.isArray(value)) {
        return (value as readonly ListValue[]).map((each) => String(plainText(each))); // Array.isArray forgets the type of the items
    }
    return typeof value === "object" ? JSON.stringify(value) : String(value);
}
