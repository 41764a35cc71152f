import { setTimeout as sleep } from "node:timers/promises";
import type { LoadedRule, Prometheus } from "../support/prometheus.ts";

/** Alerts that hold longer are not awaited: that their expression is true is enough. tests/alerts proves that they fire. */
const awaitedSeconds = 180;
const pollMilliseconds = 3_000;

/** What became of an alert. */
export interface Seen {
    readonly name: string;
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

/** The alerts that were active since a moment. */
export class AlertWatch {
    readonly #prometheus: Prometheus;
    readonly #begun = Date.now();
    readonly #seen = new Map<string, Seen>();

    constructor(prometheus: Prometheus) {
        this.#prometheus = prometheus;
    }

    /** Every alert that was active, in the order of their beginning. */
    get seen(): readonly Seen[] {
        return [...this.#seen.values()];
    }

    /** Waits until each of these alerts fired, or was pending if it holds for minutes. @throws Error with the missing ones */
    async active(names: readonly string[], milliseconds: number): Promise<void> {
        const deadline = Date.now() + milliseconds;
        for (;;) {
            const active = await activeAlerts(this.#prometheus);
            for (const [name, rule] of active) {
                if (!this.#seen.has(name) && hasFired(rule)) {
                    const state = rule.state === "firing" ? "firing" : "pending";
                    this.#seen.set(name, {
                        name,
                        after: Math.round((Date.now() - this.#begun) / 1_000),
                        state,
                    });
                }
            }
            const missing = names.filter((name) => !this.#seen.has(name));
            if (missing.length === 0) {
                return;
            }
            if (Date.now() > deadline) {
                const others = [...active].map(([name, { state }]) => `${name} is ${state}`);
                throw new Error(
                    `after ${milliseconds / 1_000} s these alerts have not fired: ${missing.join(", ")}; ${others.join(", ")}`,
                );
            }
            await sleep(pollMilliseconds);
        }
    }
}

/** Waits until none of the chosen rules is active. @returns the seconds */
export async function whenResolved(
    prometheus: Prometheus,
    isChosen: (rule: LoadedRule) => boolean,
    milliseconds: number,
): Promise<number> {
    const begun = Date.now();
    for (;;) {
        const left = (await prometheus.rules()).filter((rule) => rule.state !== "inactive" && isChosen(rule));
        const seconds = Math.round((Date.now() - begun) / 1_000);
        if (left.length === 0) {
            return seconds;
        }
        if (Date.now() - begun > milliseconds) {
            const names = [...new Set(left.map(({ name }) => name))].join(", ");
            throw new Error(`after ${seconds} s these alerts are still active: ${names}`);
        }
        await sleep(pollMilliseconds);
    }
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The seconds after which an expression forgets an event: the longest window of that condition of several which forgets first. */
export function windowOf(expression: string): number {
    const windows = expression
        .split(" and ")
        .map((part) =>
            Math.max(
                ...[...part.matchAll(/\[(\d+)([smhd])[\]:]/g)].map(
                    ([, count, unit = ""]) => Number(count) * (unitSeconds[unit] ?? Number.NaN),
                ),
            ),
        )
        .filter((window) => window > 0);
    return Math.min(...windows);
}
