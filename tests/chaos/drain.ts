import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "@spot-messaging/local/images";
import { type Account, settleAccounts } from "../../src/cli/account/account.ts";
import { peekDeadLetters, readRecords, waitingMessages } from "../../src/cli/account/readBooks.ts";
import type { StoredRecords } from "../../src/cli/account/records.ts";
import { vhostName } from "../../src/topology/names.ts";
import { publishAgain } from "./faults/unroutable.ts";
import type { Plant } from "./plant.ts";

/** After the load and the deadline of the last analysis: time for retries. */
const graceMs = 120_000;

/** What the services stored, and its account. */
export interface Settled {
    readonly records: StoredRecords;
    readonly account: Account;
}

/** Waits until every e-mail has its end, at most until everything that is still open is late. */
export async function drain(plant: Plant, report: Report, signal: AbortSignal): Promise<Settled> {
    const deadline = Date.now() + plant.environment.analysisDeadline + graceMs;
    await publishAgain(plant);
    for (;;) {
        const found = await accountOf(plant);
        const { ends, notifications, discrepancies } = found.account;
        const open =
            ends.running + Object.values(notifications).reduce((sum, { waiting }) => sum + waiting, 0);
        if (open + discrepancies.length === 0 || Date.now() > deadline) {
            return found;
        }
        report(`${open + discrepancies.length} e-mails or notifications are open`);
        await sleep(5_000, undefined, { signal });
    }
}

async function accountOf(plant: Plant): Promise<Settled> {
    const named = (purpose: "work" | "parking"): readonly string[] =>
        plant.topology.queues.filter((each) => each.purpose === purpose).map(({ name }) => name);
    const waiting = await waitingMessages(plant.api, vhostName, named("work"));
    const deadLetters = await peekDeadLetters(plant.api, vhostName, named("parking"));
    const records = await readRecords(plant.docker, plant.stack, 0);
    const account = settleAccounts({
        records,
        deadLetters,
        waiting,
        channels: ["email", "webhook"],
        now: Date.now() / 1_000,
        since: 0,
        // Nothing is early any longer: everything that is not in a queue counts as open.
        grace: 0,
    });
    return { records, account };
}
