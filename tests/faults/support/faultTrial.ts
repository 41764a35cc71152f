import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Note } from "../../support/experimentTable.ts";
import type { Balance } from "./ledger.ts";
import { type Load, type LoadOptions, startLoad } from "./load.ts";
import type { Site } from "./site.ts";

/** Something that goes wrong, and its repair. */
export interface Fault {
    readonly inject: (site: Site, load: Load) => Promise<void>;
    /** @default - nothing: the fault ends by itself */
    readonly repair?: (site: Site, load: Load) => Promise<void>;
    /** Between the two, in seconds. @default 10 */
    readonly hold?: number;
    /** What is published during the fault. @default - the load of the site */
    readonly load?: LoadOptions;
}

/** Runs a load, lets the fault happen, repairs it, and proves that no confirmed message is lost. */
export async function tryFault(site: Site, note: Note, fault: Fault): Promise<Balance> {
    const load = await startLoad(site, fault.load);
    try {
        await sleep(3_000);
        const before = load.ledger.confirmed;
        await fault.inject(site, load);
        await sleep(1_000 * (fault.hold ?? 10));
        const during = load.ledger.confirmed - before;
        const repaired = Date.now();
        await fault.repair?.(site, load);
        await site.cluster.whole();
        note(`cluster complete ${seconds(Date.now() - repaired)} after the repair began`);
        await sleep(2_000);
        const balance = await load.settle();
        note(`${during} messages confirmed during the fault`);
        noteBalance(note, balance);
        expectKept(balance);
        return balance;
    } finally {
        await load.abandon();
    }
}

export function noteBalance(note: Note, balance: Balance): void {
    const { confirmed, lost, duplicates, inFlight, longestSilence, nacked, returned, parked } = balance;
    note(`${confirmed} confirmed, ${lost.length} lost, ${duplicates} duplicates of ${inFlight} in flight`);
    note(`longest time without a confirmation of a route ${seconds(longestSilence)}`);
    if (nacked > 0) {
        note(`${nacked} nacked`);
    }
    if (balance.withheld !== undefined) {
        note(
            `${balance.withheld.length} delivered only to new consumers: ${balance.withheld.slice(0, 3).join(", ")}`,
        );
    }
    if (parked > 0) {
        note(`${parked} parked as unroutable`);
    }
    if (returned > 0) {
        note(`${returned} returned`);
    }
}

/** Everything that was confirmed arrived, and twice only what was in flight. */
export function expectKept({ confirmed, lost, duplicates, inFlight }: Balance): void {
    expect(lost).toEqual([]);
    expect(confirmed).toBeGreaterThan(0);
    expect(duplicates).toBeLessThanOrEqual(inFlight);
}

/** Milliseconds as text: `1.3 s`. */
export function seconds(milliseconds: number): string {
    return `${(milliseconds / 1_000).toFixed(1)} s`;
}
