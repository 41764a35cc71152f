import { type Topology, UsageError } from "@spot-messaging/topology";
import type { QueueNumbers } from "@spot-messaging/topology/broker";
import { compareText, suggestName } from "@spot-messaging/topology/text";
import { isBrokerUrl } from "../input/brokerUrl.ts";
import { type InputOptions, readTopologyInput } from "../input/topologyInput.ts";
import type { ListSource, ListValue, Row, Table } from "../list/column.ts";
import { type KindName, kindNames, type ListFormat } from "../list/kindNames.ts";
import { tables } from "../list/kinds.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { renderCounts, renderData, renderRows } from "../render/list.ts";

export interface ListCommandOptions extends InputOptions {
    readonly broker?: string;
    readonly output: ListFormat;
    /** The ids of columns, separated by commas. */
    readonly columns?: string;
    /** The id of a column; with `-` in front for descending order. */
    readonly sort?: string;
    readonly headers: boolean;
}

/**
 * Lists the objects of a kind. Without a kind, counts the objects of each kind.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function listTopology(
    kind: KindName | undefined,
    options: ListCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    const { topology } = await readTopologyInput(options, io);
    if (kind === undefined) {
        return { output: countsText(topology, options, io), exitCode: 0 };
    }
    const numbers = kind === "queues" ? await numbersOf(topology, options, io.env) : undefined;
    const source: ListSource = { topology, ...(numbers !== undefined && { numbers }) };
    const table = tables[kind](source);
    const rows = sorted(table, kind, options.sort);
    const columns = chosenColumns(table, kind, options, topology);
    const { output: format, headers } = options;
    const output =
        format === "table" || format === "wide"
            ? renderRows(rows, columns, { headers, isWhole: format === "wide" }, io.page)
            : renderData({ [kind]: rows.map((row) => valuesOf(row, columns)) }, format);
    return { output, exitCode: 0 };
}

function countsText(
    topology: Topology,
    { output, headers }: ListCommandOptions,
    { page }: CommandIo,
): string {
    const counts = kindNames.map((each) => [each, tables[each]({ topology }).count] as const);
    return output === "table" || output === "wide"
        ? renderCounts(counts, headers, page)
        : renderData({ counts: Object.fromEntries(counts) }, output);
}

/** The numbers of the named broker, or of the broker that the topology is read from. */
async function numbersOf(
    { vhosts }: Topology,
    { broker, file, definitions }: ListCommandOptions,
    env: CommandIo["env"],
): Promise<readonly QueueNumbers[] | undefined> {
    const place = file ?? definitions;
    const url = broker ?? (place !== undefined && isBrokerUrl(place) ? place : undefined);
    if (url === undefined) {
        return undefined;
    }
    const { brokerAtUrl } = await import("../input/liveBroker.ts");
    return await brokerAtUrl(url, env).queueNumbers(vhosts.map(({ name }) => name));
}

function valuesOf(row: Row, columns: readonly string[]): Readonly<Record<string, ListValue>> {
    return Object.fromEntries(columns.map((id) => [id, row.get(id)?.value ?? null]));
}

/** The named columns, else the columns of the format. A table of a single virtual host does not repeat its name. */
function chosenColumns(
    { columns }: Table,
    kind: KindName,
    { columns: named, output }: ListCommandOptions,
    { vhosts }: Topology,
): readonly string[] {
    if (named !== undefined) {
        const ids = named.split(",").map((each) => each.trim());
        for (const id of ids) {
            columnNamed("--columns", id, columns, kind);
        }
        return ids;
    }
    return columns
        .filter(({ id, wide }) =>
            output === "table" ? wide !== true && (id !== "vhost" || vhosts.length > 1) : true,
        )
        .map(({ id }) => id);
}

/** @throws UsageError */
function columnNamed(option: string, id: string, columns: Table["columns"], kind: KindName): string {
    const ids = columns.map((each) => each.id);
    if (!ids.includes(id)) {
        throw new UsageError(
            `${option} "${id}": ${kind} have no such column; ${suggestName(id, ids, `the columns are ${ids.join(", ")}`)}`,
        );
    }
    return id;
}

function sorted({ rows, columns }: Table, kind: KindName, sort: string | undefined): readonly Row[] {
    if (sort === undefined) {
        return rows();
    }
    const isDescending = sort.startsWith("-");
    const id = columnNamed("--sort", isDescending ? sort.slice(1) : sort, columns, kind);
    const ascending = rows().toSorted((a, b) => compareValues(a.get(id)?.value, b.get(id)?.value));
    return isDescending ? ascending.reverse() : ascending;
}

/** Compares numbers by size, and other values as text. Missing values come first. */
function compareValues(a: ListValue | undefined, b: ListValue | undefined): number {
    if (a == null || b == null) {
        return Number(a != null) - Number(b != null);
    }
    return typeof a === "number" && typeof b === "number" ? a - b : compareText(textOf(a), textOf(b));
}

function textOf(value: ListValue): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
