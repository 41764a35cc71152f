import { setTimeout as sleep } from "node:timers/promises";
import type { LoadedRule, Prometheus } from "./prometheus.ts";

/** Alerts that hold longer are not awaited: that their expression is true is enough. tests/alerts proves that they fire. */
const awaitedSeconds = 180;
const pollMilliseconds = 3_000;

/** What became of an alert. */
export interface Seen {
    /** Seconds until it fired, or was pending if it holds for minutes. */
    readonly after: number;
    readonly state: "firing" | "pending";
}

/** Which alerts are active, by their names: some have a rule for each queue. */
async function activeAlerts(prometheus: Prometheus): Promise<ReadonlyMap<string, LoadedRule>> {
    const active = new Map<string, LoadedRule>();
    for (const rule of await prometheus.rules()) {
        if (rule.state !== "inactive" && active.get(rule.name)?.state !== "firing") {
            active.set(rule.name, rule);
        }
    }
    return active;
}

/** Whether an active alert shows what it is for. */
function hasFired({ state, duration }: LoadedRule): boolean {
    return state === "firing" || duration > awaitedSeconds;
}

/** Waits until all of these alerts fired, or are pending if they hold for minutes. @throws Error with the missing ones */
export async function whenFired(
    prometheus: Prometheus,
    names: readonly string[],
    milliseconds: number,
): Promise<ReadonlyMap<string, Seen>> {
    const begun = Date.now();
    const seen = new Map<string, Seen>();
    for (;;) {
        const active = await activeAlerts(prometheus);
        for (const name of names) {
            const rule = active.get(name);
            if (rule !== undefined && !seen.has(name) && hasFired(rule)) {
                const state = rule.state === "firing" ? "firing" : "pending";
                seen.set(name, { after: Math.round((Date.now() - begun) / 1_000), state });
            }
        }
        const missing = names.filter((name) => !seen.has(name));
        if (missing.length === 0) {
            return seen;
        }
        if (Date.now() - begun > milliseconds) {
            const others = [...active].map(([name, { state }]) => `${name} is ${state}`);
            throw new Error(
                `after ${milliseconds / 1_000} s these alerts have not fired: ${missing.join(", ")}; ${others.join(", ")}`,
            );
        }
        await sleep(pollMilliseconds);
    }
}

/** Waits until none of these alerts is active. @returns the seconds */
export async function whenResolved(
    prometheus: Prometheus,
    names: readonly string[],
    milliseconds: number,
): Promise<number> {
    const begun = Date.now();
    for (;;) {
        const active = await activeAlerts(prometheus);
        const left = names.filter((name) => active.has(name));
        const seconds = Math.round((Date.now() - begun) / 1_000);
        if (left.length === 0) {
            return seconds;
        }
        if (Date.now() - begun > milliseconds) {
            throw new Error(`after ${seconds} s these alerts are still active: ${left.join(", ")}`);
        }
        await sleep(pollMilliseconds);
    }
}
