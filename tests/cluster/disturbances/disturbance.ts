import type { Site } from "../support/site.ts";

/** Something that goes wrong, and how it ends. */
export interface Disturbance {
    readonly name: string;
    /** The alerts that must be active, and resolve soon after the end. */
    readonly alerts: readonly string[];
    /** Alerts about what happened within a window: they resolve only when it is over. */
    readonly windowed: readonly string[];
    /** E-mails a second, from its begin to its end. @default 0 */
    readonly rate?: number;
    /** Begins it. Between its steps, `active` waits until alerts are active. */
    readonly begin: (site: Site, active: (...names: readonly string[]) => Promise<void>) => Promise<void>;
    /** Ends it, also after a `begin` that failed. */
    readonly end: (site: Site) => Promise<void>;
}

/** Several that do not affect each other, at the same time. */
export function together(...parts: readonly Disturbance[]): Disturbance {
    return {
        name: parts.map(({ name }) => name).join("; "),
        alerts: [...new Set(parts.flatMap(({ alerts }) => alerts))],
        windowed: [...new Set(parts.flatMap(({ windowed }) => windowed))],
        rate: Math.max(...parts.map(({ rate = 0 }) => rate)),
        begin: async (site, active) => {
            await inAllParts(parts.map(({ begin }) => begin(site, active)));
        },
        end: async (site) => {
            await inAllParts(parts.map(({ end }) => end(site)));
        },
    };
}

/** Waits for all of them, so that none works on behind an error. @throws the first error */
async function inAllParts(works: readonly Promise<void>[]): Promise<void> {
    const failed = (await Promise.allSettled(works)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") {
        throw failed.reason;
    }
}
