import { type Queue, queueTypeNoun, type Topology, UsageError } from "@spot-messaging/topology";
import { type ParkingRoute, parkedHeaders, parkingRoutes } from "@spot-messaging/topology/messages";
import type { Message } from "amqplib";
import type { BrokerMessages } from "../messages/brokerMessages.ts";
import { inexactHeader } from "../messages/inexactHeaders.ts";
import { lookAt } from "../messages/look.ts";
import { maxLimit } from "../messages/messageOptions.ts";
import type { ParkedQueue } from "../messages/parkedQueue.ts";
import { publishedProperties } from "../messages/redriveRun.ts";
import { parkedMessage } from "../messages/takenMessage.ts";
import type { BackedUpQueue } from "./backupContent.ts";
import { DigestCounts, messageDigest } from "./messageDigest.ts";

/** What happened to the messages of one queue, or would happen. */
export interface RestoredQueue {
    readonly vhost: string;
    readonly queue: string;
    /** In the backup. */
    readonly count: number;
    /** Those that the queue has already. */
    readonly present: number;
    readonly restored: number;
    /** Messages with headers that the client could not represent, which stay in the backup. */
    readonly inexact: number;
    /** Why not all of them are in the queue. @default - they are */
    readonly problem?: string;
}

/** How many messages are published before their confirms are awaited. */
const batchSize = 100;

/** How the messages of one queue are restored. */
export interface QueueRestore {
    readonly broker: BrokerMessages;
    readonly topology: Topology;
    readonly entry: BackedUpQueue;
    readonly messages: () => Iterable<Message>;
    /** The user who publishes. */
    readonly user: string;
    /** Whether the user may publish with the user id of another. */
    readonly isImpersonator: boolean;
    readonly isDryRun: boolean;
    readonly progress: (restored: number) => void;
    readonly ended: AbortSignal;
}

/**
 * Publishes the messages of a queue that it does not have yet, in their order. A message counts as present if an equal one is in the queue, so
 * that a run that is repeated after a kill restores none twice.
 * @throws BrokerUnreachable, UsageError if the broker refuses something
 */
export async function restoreQueue(restore: QueueRestore): Promise<RestoredQueue> {
    const { broker, topology, entry, messages, isDryRun } = restore;
    const { vhost, queue: name, count } = entry;
    const result = { vhost, queue: name, count };
    const queue = topology.queues.find((each) => each.vhost === vhost && each.name === name);
    if (queue === undefined) {
        return { ...result, ...none, problem: "the queue does not exist on the broker" };
    }
    if (queue.type === "stream") {
        return {
            ...result,
            ...none,
            problem: `the queue is a ${queueTypeNoun(queue.type)} on the broker; its messages cannot be compared`,
        };
    }
    const found = await digestsIn(broker, topology, queue);
    const missing: Message[] = [];
    let present = 0;
    let inexact = 0;
    for (const message of messages()) {
        if (found.take(messageDigest(message))) {
            present += 1;
        } else if (inexactHeader(parkedMessage(queue, message).headers) !== undefined) {
            inexact += 1;
        } else {
            missing.push(message);
        }
    }
    if (isDryRun || missing.length === 0) {
        return { ...result, present, restored: missing.length, inexact };
    }
    const { restored, problem } = await publishAll(queue, missing, restore);
    const unproven = problem ?? (await proof(restore, queue, count - inexact));
    return {
        ...result,
        present,
        restored,
        inexact,
        ...(unproven !== undefined && { problem: unproven }),
    };
}

const none = { present: 0, restored: 0, inexact: 0 } as const;

async function digestsIn(broker: BrokerMessages, topology: Topology, queue: Queue): Promise<DigestCounts> {
    const counts = new DigestCounts();
    await lookAt(broker, topology, queue, maxLimit, (_, raw) => {
        counts.add(messageDigest(raw));
    });
    return counts;
}

async function publishAll(
    queue: Queue,
    missing: readonly Message[],
    { broker, topology, user, isImpersonator, progress, ended }: QueueRestore,
): Promise<{ readonly restored: number; readonly problem?: string }> {
    const route = parkingRoutes(topology);
    return await broker.use(queue, async (opened) => {
        let restored = 0;
        for (let start = 0; start < missing.length; start += batchSize) {
            if (ended.aborted) {
                return { restored, problem: "the run was interrupted; repeat the command to go on" };
            }
            const batch = missing.slice(start, start + batchSize);
            const outcomes = await Promise.all(
                batch.map((raw) => publish(opened, queue, raw, route, isImpersonator ? undefined : user)),
            );
            restored += outcomes.filter((each) => each === "confirmed").length;
            progress(restored);
            const refused = outcomes.find((each) => each !== "confirmed");
            if (refused !== undefined) {
                return {
                    restored,
                    problem:
                        refused === "returned"
                            ? "the broker routed a message to no queue"
                            : refused === "unsendable"
                              ? "the client cannot encode the headers of a message: it sends at most 64 KiB"
                              : "the queue refused a message, because it is full",
                };
            }
        }
        return { restored };
    });
}

/** @param onlyUser the only user id that the broker accepts. @default - any */
async function publish(
    opened: ParkedQueue,
    queue: Queue,
    raw: Message,
    route: ParkingRoute,
    onlyUser: string | undefined,
): ReturnType<ParkedQueue["publish"]> {
    const given: unknown = raw.properties.userId;
    const user = onlyUser ?? (typeof given === "string" ? given : "");
    return await opened.publish(route(parkedMessage(queue, raw)), raw.content, {
        ...publishedProperties(raw, user),
        headers: parkedHeaders(raw.properties.headers ?? {}),
    });
}

/** Reads the queue again: every message of the backup must be in it. */
async function proof(
    { broker, topology, messages }: QueueRestore,
    queue: Queue,
    expected: number,
): Promise<string | undefined> {
    const found = await digestsIn(broker, topology, queue);
    let count = 0;
    for (const message of messages()) {
        count += found.take(messageDigest(message)) ? 1 : 0;
    }
    return count >= expected
        ? undefined
        : `${expected - count} of ${expected} messages are not in the queue; another program consumes it, or it drops messages`;
}

/** A message that ends the run of one queue, and not the run. */
export function problemOf(error: unknown): string {
    if (error instanceof UsageError) {
        return error.message;
    }
    throw error;
}
