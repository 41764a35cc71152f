import type { Topology } from "@spot-messaging/topology";
import type { QueueNumbers } from "@spot-messaging/topology/broker";

/** The data of a list: a topology, and with a live broker its numbers. */
export interface ListSource {
    readonly topology: Topology;
    readonly numbers?: readonly QueueNumbers[];
}

/** A JSON value. `null` means that it does not exist or does not apply. */
export type ListValue =
    | string
    | number
    | boolean
    | null
    | readonly ListValue[]
    | { readonly [key: string]: ListValue };

/** A property of the objects of a list. */
export interface Column<T> {
    /** The key in JSON, the title in a table, and the name in `--columns` and `--sort`. */
    readonly id: string;
    readonly value: (object: T) => ListValue;
    /** The text in a table. @default - the value itself; a list with commas */
    readonly text?: (object: T) => string | readonly string[];
    /** Only in JSON, YAML, `-o wide` and `--columns`. @default false */
    readonly wide?: boolean;
}

/** A list. Its rows are computed on request, because counting and completion do not need them. */
export interface Table {
    readonly columns: readonly Pick<Column<never>, "id" | "wide">[];
    /** The number of rows. */
    readonly count: number;
    /** The values and texts of all rows. */
    readonly rows: () => readonly Row[];
}

/** The cells by the id of their column. */
export type Row = ReadonlyMap<string, Cell>;

export interface Cell {
    readonly value: ListValue;
    readonly text: string | readonly string[];
}

/** The key of an object of a virtual host in a lookup. */
export function key(vhost: string, name: string): string {
    return JSON.stringify([vhost, name]);
}

/** Makes the table of some objects. */
export function tableOf<T>(objects: readonly T[], columns: readonly Column<T>[]): Table {
    return {
        columns,
        count: objects.length,
        rows: () =>
            objects.map(
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
        return (value as readonly ListValue[]).map((each) => String(plainText(each))); // Array.isArray loses the type of the items
    }
    return typeof value === "object" ? JSON.stringify(value) : String(value);
}
