import {
    type ArgumentValue,
    type Bytes,
    type Duration,
    formatBytes,
    formatDuration,
    valueText,
} from "@spot-messaging/topology";

const durations = [
    "message-ttl",
    "expires",
    "consumer-timeout",
    "consumer-disconnected-timeout",
    "delayed-retry-min",
    "delayed-retry-max",
];

/** A setting's value for a person, in the largest exact unit. */
export function settingValue(key: string, value: ArgumentValue): string {
    const name = key.replace(/^x-/, "");
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
        if (durations.includes(name)) {
            return formatDuration(value as Duration); // these keys are in milliseconds
        }
        if (name.endsWith("-bytes")) {
            return formatBytes(value as Bytes); // these keys are in bytes
        }
    }
    if (name === "delivery-limit" && typeof value === "number" && value < 0) {
        return "unlimited";
    }
    return typeof value === "string" ? value : valueText(value);
}
