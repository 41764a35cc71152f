import {
    type ArgumentValue,
    type Bytes,
    type Duration,
    formatBytes,
    formatDuration,
    valueText,
} from "../../../model/index.ts";

/** Readable names of settings. Others keep RabbitMQ's name. */
const labels: Readonly<Record<string, string>> = {
    "message-ttl": "TTL",
    expires: "queue expiry",
    "max-length": "length limit",
    "max-length-bytes": "size limit",
    "max-age": "retention",
    overflow: "when full",
    "dead-letter-exchange": "dead-letter exchange",
    "dead-letter-routing-key": "dead-letter key",
    "dead-letter-strategy": "dead-lettering",
    "delivery-limit": "delivery limit",
    "delayed-retry-type": "delayed retry",
    "delayed-retry-min": "first retry delay",
    "delayed-retry-max": "longest retry delay",
    "consumer-timeout": "consumer timeout",
    "consumer-disconnected-timeout": "disconnected-consumer timeout",
    "queue-leader-locator": "leader placement",
    "target-group-size": "replicas wanted",
    "alternate-exchange": "alternate exchange",
};

const durations = [
    "message-ttl",
    "expires",
    "delayed-retry-min",
    "delayed-retry-max",
    "consumer-timeout",
    "consumer-disconnected-timeout",
];
const sizes = ["max-length-bytes", "max-in-memory-bytes", "stream-max-segment-size-bytes"];

export function settingLabel(key: string): string {
    return labels[key] ?? key;
}

/** A setting's value for people: durations in seconds or days, sizes in mebibytes, "none" for an unset value. */
export function settingText(key: string, value: ArgumentValue | undefined): string {
    if (value === undefined) {
        return key === "delivery-limit" ? "no limit" : "none";
    }
    if (typeof value === "number") {
        const isExact = Number.isSafeInteger(value) && value >= 0;
        if (durations.includes(key) && isExact) {
            return formatDuration(value as Duration); // the broker's own milliseconds
        }
        if (sizes.includes(key) && isExact) {
            return formatBytes(value as Bytes); // the broker's own bytes
        }
        return key === "delivery-limit" && value < 0 ? "no limit" : valueText(value);
    }
    const age = key === "max-age" && typeof value === "string" ? ageMs(value) : undefined;
    if (age !== undefined) {
        return formatDuration(age as Duration); // milliseconds by construction
    }
    return typeof value === "string" ? value : JSON.stringify(value);
}

/** A setting's change for people: `TTL 1 minute -> 1 day`. */
export function settingChangeText(
    key: string,
    before: ArgumentValue | undefined,
    after: ArgumentValue | undefined,
): string {
    return `${settingLabel(key)} ${settingText(key, before)} -> ${settingText(key, after)}`;
}

const ageUnitMs: Readonly<Record<string, number>> = {
    Y: 31_536_000_000,
    M: 2_592_000_000,
    D: 86_400_000,
    h: 3_600_000,
    m: 60_000,
    s: 1_000,
};

/**
 * A stream's `max-age` in milliseconds; `undefined` if the text is not an age.
 * @see https://www.rabbitmq.com/docs/streams#retention
 */
export function ageMs(text: string): number | undefined {
    const { amount, unit } = /^(?<amount>\d+)(?<unit>[YMDhms])$/u.exec(text)?.groups ?? {};
    const factor = ageUnitMs[unit ?? ""];
    return factor === undefined ? undefined : Number(amount) * factor;
}
