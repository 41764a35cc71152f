import { connectContainerEngine } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import { buildTopology } from "../../topology/index.ts";
import { vhostName } from "../../topology/names.ts";
import { brokerOf } from "../access.ts";
import { runningAccess } from "../runningStack.ts";
import { readEnvironment } from "../stackFile.ts";
import { type Account, settleAccounts } from "./account.ts";
import { peekDeadLetters, readRecords, waitingMessages } from "./readBooks.ts";

/** A step may take this much longer than the deadline of its analysis: retries, and a queue that empties. */
const graceSeconds = 60;

/**
 * The account of a running stack.
 * @param since - submissions from this time on, in seconds since 1970
 * @throws UserError, BrokerUnreachable, BrokerRefused
 */
export async function readAccount(
    stack: string,
    since: number,
    report: (message: string) => void,
): Promise<Account> {
    const environment = await readEnvironment(stack);
    if (environment.deployment.kind !== "docker") {
        throw new UserError(
            `stack "${stack}" has no services in Docker; account reads what its services stored in their containers`,
        );
    }
    const access = await runningAccess(stack);
    if (access === undefined) {
        throw new UserError(
            `stack "${stack}" does not run; start it with npm start or npm run up -- ${stack}`,
        );
    }
    const topology = buildTopology(environment);
    const api = brokerOf(access);
    // First the queues: a message that moves on while this reads is then in a record.
    const waiting = await waitingMessages(api, vhostName, namesOf("work"));
    const deadLetters = await peekDeadLetters(api, vhostName, namesOf("parking"));
    const records = await readRecords(await connectContainerEngine(report), stack, since);
    return settleAccounts({
        records,
        deadLetters,
        waiting,
        channels: ["email", "webhook"],
        now: Date.now() / 1_000,
        since,
        grace: graceSeconds,
    });

    function namesOf(purpose: "work" | "parking"): readonly string[] {
        return topology.queues.filter((each) => each.purpose === purpose).map(({ name }) => name);
    }
}
