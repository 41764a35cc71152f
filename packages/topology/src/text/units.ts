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

/** A number of milliseconds with a readable unit: `30 seconds`. Any other value stays unchanged. */
export function milliseconds(value: ArgumentValue): string {
    const span = parseDuration(`${Number(value)} milliseconds`);
    return typeof value === "number" && span !== undefined ? formatDuration(span) : shownValue(value);
}

/** A number of bytes with a readable unit: `2 GiB`. Any other value stays unchanged. */
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
 * A stream's maximum age, such as `604800s`, with a readable unit. Months and years stay unchanged, because they have no fixed length.
 * @see https://www.rabbitmq.com/docs/streams#retention
 */
export function age(value: ArgumentValue): string {
    const { amount, unit = "" } = /^(?<amount>\d+)(?<unit>[smhD])$/u.exec(shownValue(value))?.groups ?? {};
    const noun = ageUnits[unit];
    const span = noun === undefined ? undefined : parseDuration(`${Number(amount)} ${noun}`);
    return span === undefined ? shownValue(value) : formatDuration(span);
}

/** A value without a unit. */
export function shownValue(value: ArgumentValue): string {
    return typeof value === "string" ? value : valueText(value);
}

/** The first items of a long list, and the number of the others. */
export function shortened(items: readonly string[], max: number): readonly string[] {
    return items.length > max ? [...items.slice(0, max - 1), `… ${items.length - max + 1} more`] : items;
}
