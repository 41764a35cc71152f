import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultKinds } from "../chaos/faults/fault.ts";
import { balance, brokenPromises, type Ledger } from "../chaos/ledger.ts";
import { type RunRecord, runChaos } from "../chaos/run.ts";

/** A different seed in each run would find more, and fail for a reason that the next run does not have. */
const seed = 20;

const minutes = 60_000;

/**
 * The short form of `npm run chaos`: the whole stack with two replicas of each service, and one fault of each group.
 * Not proved here: what the faults of the long form find, and how fast the services recover, which depends on the machine.
 */
describe("the services under faults", () => {
    const stop = new AbortController();
    let run: RunRecord;
    let ledger: Ledger;

    beforeAll(async () => {
        run = await runChaos({
            name: "chaos-test",
            seed,
            isShort: true,
            minutes: 2.5,
            mails: 300,
            kinds: faultKinds,
            signal: stop.signal,
            report: (message) => {
                process.stderr.write(`${message}\n`);
            },
        });
        ledger = balance(run);
    }, 20 * minutes);

    afterAll(() => {
        stop.abort();
    });

    it("lose, duplicate and forget no e-mail, and answer truthfully", () => {
        expect(brokenPromises(ledger)).toEqual([]);
        expect(ledger.fates.accepted).toBeGreaterThan(100);
        expect(ledger.completed).toBeGreaterThan(100);
    });

    it("work again after all faults", () => {
        expect(new Set(run.faults.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
        expect(run.faults.at(-1)?.acceptedAfterMs).toBeDefined();
    });

    it("repeat a notification only where its receiver did not answer", () => {
        const lost = run.deliveries.filter(({ answered }) => !answered);
        expect(lost.length).toBeGreaterThan(0);
        expect(ledger.notifications.repeatedUnanswered).toBe(lost.length);
    });
});
