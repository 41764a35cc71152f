import { type Duration, duration, formatDuration, parseDuration, UsageError } from "@spot-messaging/topology";

/** The management API has new numbers only every five seconds. */
const minimumInterval = duration("1 second");

/**
 * The value of `--interval`.
 * @throws UsageError
 */
export function parseInterval(text: string): Duration {
    const interval = parseDuration(text);
    if (interval === undefined || interval < minimumInterval) {
        throw new UsageError(
            `--interval "${text}" is not a valid interval; write a duration such as "5 seconds", at least ${formatDuration(minimumInterval)}`,
        );
    }
    return interval;
}
