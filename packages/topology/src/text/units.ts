import {
    type ArgumentValue,
    formatBytes,
    formatDuration,
    parseBytes,
    parseDuration,
    valueText,
} from "../model/index.ts";

const grouping = new Intl.NumberFormat("en-US");

/** `50,000` */
export function formatCount(count: number): string {
    return grouping.format(count);
}

/** A count with its noun: `1 queue`, `29 queues`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
    return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A setting in milliseconds with a unit that a person reads; what is no duration is shown as it stands. */
export function milliseconds(value: ArgumentValue): string {
    const span = parseDuration(`${Number(value)} milliseconds`);
    return typeof value === "number" && span !== undefined ? formatDuration(span) : shownValue(value);
}

/** A setting in bytes with a unit that a person reads; what is no size is shown as it stands. */
export function byteSize(value: ArgumentValue): string {
    const size = parseBytes(`${Number(value)} B`);
    return typeof value === "number" && size !== undefined ? formatBytes(size) : shownValue(value);
}

const ageUnits: Readonly<Record<string, "second" | "minute" | "hour" | "day">> = {
    s: "second",
    m: "minute",
    h: "hour",
    D: "day",
};

/**
 * The age of a stream's segments, `604800s`, as a person says it; months and years stay as they are, since they have no fixed length.
 * @see https://www.rabbitmq.com/docs/streams#retention
 */
export function age(value: ArgumentValue): string {
    const { amount, unit = "" } = /^(?<amount>\d+)(?<unit>[smhD])$/u.exec(shownValue(value))?.groups ?? {};
    const noun = ageUnits[unit];
    const span = noun === undefined ? undefined : parseDuration(`${Number(amount)} ${noun}`);
    return span === undefined ? shownValue(value) : formatDuration(span);
}

/** A value that no unit is known of. */
export function shownValue(value: ArgumentValue): string {
    return typeof value === "string" ? value : valueText(value);
}

/** The first of many, and how many more there are. */
export function shortened(items: readonly string[], most: number): readonly string[] {
    return items.length > most ? [...items.slice(0, most - 1), `… ${items.length - most + 1} more`] : items;
}
