import type { Queue, Topology } from "@spot-messaging/topology";
import {
    keptHeaders,
    type LiveQueues,
    type MessageHistory,
    messageHistory,
    messageIdOf,
    type ParkedMessage,
    type ParkingCause,
    parkedHeaders,
    parkingCauses,
    type RedriveTarget,
    redrivenHeaders,
    redriveTarget,
    refusalsOf,
} from "@spot-messaging/topology/messages";
import type { Message, Options } from "amqplib";
import type { AuditLog } from "./auditLog.ts";
import { inexactHeader } from "./inexactHeaders.ts";
import type { MessageFilter } from "./messageFilter.ts";
import type { Pace } from "./pace.ts";
import type { ParkedQueue, PublishOutcome } from "./parkedQueue.ts";
import { parkedMessage } from "./takenMessage.ts";

/** What a redrive is about. */
export interface RedrivePlan {
    readonly topology: Topology;
    /** The parking queue that they come from. */
    readonly queue: Pick<Queue, "vhost" | "name">;
    readonly filter: MessageFilter;
    /** Where all messages go. @default - each to where it came from */
    readonly to?: RedriveTarget;
    /** The maximum number of messages to send. */
    readonly limit: number;
    readonly live: LiveQueues;
    /** Whether the messages keep what was counted and recorded, because they go into a parking queue. @default false */
    readonly keepsHeaders?: boolean;
}

/** What a redrive did, or would do. */
export interface RedriveResult {
    /** The number of messages that were in the queue at the beginning. */
    readonly total: number;
    /** How many were sent to each target. */
    readonly sent: readonly { readonly target: RedriveTarget; readonly count: number }[];
    /** How many stay, by the reason. */
    readonly kept: readonly {
        readonly reason: string;
        readonly count: number;
        readonly isProblem: boolean;
    }[];
    /** Why the run ended before the end of the queue. @default - it did not */
    readonly stopped?: string;
}

/** What happens to one message. */
export type Decision =
    | { readonly target: RedriveTarget; readonly cause: ParkingCause; readonly history: MessageHistory }
    /** It stays. `isProblem`: although it was chosen. */
    | { readonly reason: string; readonly isProblem: boolean };

/** The messages of the last batch after those that were sent. */
export const beyondLimit: Decision = { reason: "are beyond --limit", isProblem: false };

/** Makes the function that decides what happens to each message. */
export function decisions({
    topology,
    filter,
    to,
    live,
}: Omit<RedrivePlan, "limit" | "queue">): (message: ParkedMessage) => Decision {
    const causeOf = parkingCauses(topology);
    const refusals = new Map<string, readonly string[]>();
    return (message) => {
        const history = messageHistory(message);
        const cause = causeOf(message, history);
        const reason = filter(message, history, cause);
        if (reason !== undefined) {
            return { reason, isProblem: false };
        }
        const target = to ?? redriveTarget(topology, message, cause);
        if (typeof target === "string") {
            return { reason: `cannot be sent back: ${target}`, isProblem: true };
        }
        const inexact = inexactHeader(keptHeaders(message.headers));
        if (inexact !== undefined) {
            return { reason: `cannot be sent back unchanged: ${inexact}`, isProblem: true };
        }
        const key = targetKey(target);
        const problems = refusals.get(key) ?? refusalsOf(topology, message.vhost, target, live);
        refusals.set(key, problems);
        return problems.length > 0
            ? { reason: `cannot be sent back: ${problems.join("; ")}`, isProblem: true }
            : { target, cause, history };
    };
}

/** Counts what was sent and what stays. */
export class Tally {
    readonly #sent = new Map<string, { target: RedriveTarget; count: number }>();
    readonly #kept = new Map<string, { reason: string; count: number; isProblem: boolean }>();
    sent = 0;
    kept = 0;

    send(target: RedriveTarget): void {
        const entry = this.#sent.get(targetKey(target)) ?? { target, count: 0 };
        entry.count += 1;
        this.#sent.set(targetKey(target), entry);
        this.sent += 1;
    }

    keep(reason: string, isProblem: boolean): void {
        const entry = this.#kept.get(reason) ?? { reason, count: 0, isProblem };
        entry.count += 1;
        this.#kept.set(reason, entry);
        this.kept += 1;
    }

    result(total: number, stopped?: string): RedriveResult {
        return {
            total,
            sent: [...this.#sent.values()],
            kept: [...this.#kept.values()],
            ...(stopped !== undefined && { stopped }),
        };
    }
}

function targetKey({ exchange, routingKey }: RedriveTarget): string {
    return JSON.stringify([exchange, routingKey]);
}

/** Where the messages are taken from: a queue or a file. */
export type MessageSource = Pick<ParkedQueue, "count" | "take" | "acknowledge" | "publish">;

export interface RedriveRun {
    readonly plan: RedrivePlan;
    readonly username: string;
    readonly pace: Pace;
    readonly audit: AuditLog;
    readonly progress: (tally: Tally, total: number) => void;
    /** Ends the run after the batch. */
    readonly ended: AbortSignal;
}

/**
 * Sends messages of a parking queue back, in their order. Each is acknowledged only after the broker confirmed its copy, so that a run that is
 * killed loses none: the messages of its last batch can arrive twice. It takes only as many messages as were there at the beginning, so that one
 * that fails again is not sent twice.
 */
export async function runRedrive(opened: MessageSource, run: RedriveRun): Promise<RedriveResult> {
    const { plan, pace, progress, ended } = run;
    const decide = decisions(plan);
    const tally = new Tally();
    const total = await opened.count();
    let taken = 0;
    let holding = 0;
    while (taken < total && tally.sent < plan.limit) {
        // Windows with messages that stay grow, so that few consumers hold some.
        const before = tally.kept;
        const messages = await opened.take(Math.min(windowSize(pace.batch, holding), total - taken));
        if (messages.length === 0) {
            break; // another consumer took the others
        }
        taken += messages.length;
        for (let start = 0; start < messages.length; start += pace.batch) {
            if (ended.aborted) {
                return tally.result(total, "it was interrupted");
            }
            const batch = messages.slice(start, start + pace.batch);
            const stopped = await sendBatch(opened, batch, decide, tally, run);
            progress(tally, total);
            if (stopped !== undefined) {
                return tally.result(total, stopped);
            }
            await pace.wait(tally.sent);
        }
        holding += tally.kept > before ? 1 : 0;
    }
    return tally.result(total);
}

/** The maximum number of messages in memory, unless a batch is larger. */
const maxWindow = 5_000;

/** @param holding the number of windows with messages that stay */
export function windowSize(batch: number, holding: number): number {
    return Math.max(batch, Math.min(batch * 2 ** Math.floor(holding / 3), maxWindow));
}

interface Sending {
    readonly raw: Message;
    readonly id: string | undefined;
    readonly target: RedriveTarget;
    readonly reason: string;
    readonly outcome: Promise<PublishOutcome>;
}

async function sendBatch(
    opened: MessageSource,
    batch: readonly Message[],
    decide: (message: ParkedMessage) => Decision,
    tally: Tally,
    { plan, username, audit }: RedriveRun,
): Promise<string | undefined> {
    const sending: Sending[] = [];
    for (const raw of batch) {
        const message = parkedMessage(plan.queue, raw);
        const decision = tally.sent + sending.length < plan.limit ? decide(message) : beyondLimit;
        if (!("target" in decision)) {
            tally.keep(decision.reason, decision.isProblem);
            continue;
        }
        const { target, cause, history } = decision;
        const redrive = { at: Date.now(), run: audit.run, cause: cause.sentence };
        const given = raw.properties.headers ?? {};
        const headers =
            plan.keepsHeaders === true
                ? parkedHeaders(given)
                : redrivenHeaders(given, message, history, redrive);
        sending.push({
            raw,
            id: messageIdOf(message),
            target,
            reason: cause.reason,
            outcome: opened.publish(target, raw.content, { ...publishedProperties(raw, username), headers }),
        });
    }
    const outcomes = await Promise.all(sending.map(({ outcome }) => outcome));
    audit.add(
        ...sending.map(({ id, target: { exchange, routingKey }, reason }, index) => ({
            event: outcomes[index] === "confirmed" ? "sent" : outcomes[index],
            vhost: plan.queue.vhost,
            queue: plan.queue.name,
            id,
            reason,
            exchange,
            routingKey,
        })),
    );
    let stopped: string | undefined;
    for (const [index, { raw, target }] of sending.entries()) {
        if (outcomes[index] === "confirmed") {
            opened.acknowledge(raw);
            tally.send(target);
        } else {
            const isUnsendable = outcomes[index] === "unsendable";
            const reason = isUnsendable
                ? "cannot be sent back: the client cannot encode their headers: it sends at most 64 KiB"
                : outcomes[index] === "returned"
                  ? unroutable(target)
                  : refused(target);
            // The target would take the next message.
            stopped ??= isUnsendable ? undefined : reason;
            tally.keep(reason, true);
        }
    }
    return stopped;
}

function unroutable({ exchange, routingKey }: RedriveTarget): string {
    return `exchange "${exchange}" routes "${routingKey}" to no queue`;
}

function refused({ routingKey, queue }: RedriveTarget): string {
    return `queue "${queue ?? routingKey}" refused a message, because it is full`;
}

/**
 * The properties of a message that is published again. The broker refuses the user id of another user. Dead-lettering has removed the message's own
 * expiration, which stays removed.
 */
export function publishedProperties({ properties }: Message, username: string): Options.Publish {
    const kept = Object.entries(properties).filter(
        ([name, value]) =>
            value !== undefined &&
            name !== "headers" &&
            name !== "clusterId" &&
            (name !== "userId" || value === username),
    );
    return Object.fromEntries(kept);
}
