const nanoseconds: Readonly<Record<string, number>> = {
    ns: 1,
    us: 1e3,
    µs: 1e3,
    ms: 1e6,
    s: 1e9,
    m: 60e9,
    h: 3600e9,
};
const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;

/** Whether Go's `time.ParseDuration`, which the docker provider uses, accepts this text. */
export function isGoDuration(text: string): boolean {
    return text === "0" || (text !== "" && text.replace(part, "") === "");
}

/** `1m30s` in nanoseconds, the Docker Engine's unit. */
export function goNanoseconds(text: string): number {
    const parts = [...text.matchAll(part)];
    return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (nanoseconds[unit] ?? 0), 0);
}
