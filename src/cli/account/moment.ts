import { parseDuration, UsageError } from "@spot-messaging/topology";

/**
 * The time that `--since` names, in seconds since 1970: a time such as `2026-05-04T10:00:00Z`, or how long ago, such as `2 hours`.
 * @throws UsageError
 */
export function parseMoment(text: string, now: number): number {
    const ago = parseDuration(text);
    if (ago !== undefined) {
        return (now - ago) / 1_000;
    }
    const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time)) {
        throw new UsageError(
            `--since "${text}" is not a time; write a time such as 2026-05-04T10:00:00Z, or how long ago, such as "2 hours"`,
        );
    }
    return time / 1_000;
}
