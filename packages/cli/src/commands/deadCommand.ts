import { readQueueNumbers } from "@spot-messaging/management";
import { objectKey, type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import { type ParkedMessage, parkingQueues } from "@spot-messaging/topology/messages";
import { groupBy } from "@spot-messaging/topology/text";
import { readTopologyInput } from "../input/topologyInput.ts";
import { type BrokerMessages, withBroker } from "../messages/brokerMessages.ts";
import { causeGroups, type ParkedGroups } from "../messages/causeGroups.ts";
import { lookAt } from "../messages/look.ts";
import { type MessageAccess, type MessageAccessOptions, messageAccess } from "../messages/messageAccess.ts";
import { limitOf } from "../messages/messageOptions.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { renderDead } from "../render/deadLetters.ts";

export interface DeadCommandOptions extends MessageAccessOptions {
    readonly limit: string;
    readonly json?: true;
}

/**
 * Lists the parking queues with messages, grouped by cause.
 * @returns exit code 1 if there are messages
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function listDeadLetters(options: DeadCommandOptions, io: CommandIo): Promise<CommandResult> {
    const limit = limitOf(options.limit);
    const input = await readTopologyInput(options, io);
    const { topology } = input;
    const queues = parkingQueues(topology).all();
    const access = await messageAccess(options, input, io.env);
    const groups: ParkedGroups[] = [];
    for (const [vhost, inside] of groupBy(queues, (each) => each.vhost)) {
        groups.push(...(await deadIn(vhost, inside, { topology, access, limit })));
    }
    const output =
        options.json === true
            ? `${JSON.stringify({ queues: groups }, undefined, 4)}\n`
            : `${renderDead(groups, queues.length, io.page, Date.now())}\n`;
    return { output, exitCode: groups.some(({ total }) => total > 0) ? 1 : 0 };
}

interface Desk {
    readonly topology: Topology;
    readonly access: MessageAccess;
    readonly limit: number;
}

async function deadIn(
    vhost: string,
    queues: readonly Queue[],
    { topology, access, limit }: Desk,
): Promise<readonly ParkedGroups[]> {
    const known = new Set((await readQueueNumbers(access.api, [vhost])).map(objectKey));
    const present = queues.filter((queue) => known.has(objectKey(queue)));
    return await withBroker(access, vhost, async (broker) => {
        const groups: ParkedGroups[] = [];
        for (const queue of present) {
            groups.push(await groupsOf(broker, topology, queue, limit));
        }
        return groups;
    });
}

async function groupsOf(
    broker: BrokerMessages,
    topology: Topology,
    queue: Queue,
    limit: number,
): Promise<ParkedGroups> {
    const place = { vhost: queue.vhost, queue: queue.name };
    try {
        const messages: ParkedMessage[] = [];
        const look = await lookAt(broker, topology, queue, limit, (message) => {
            messages.push(message);
        });
        return { ...place, ...look, read: messages.length, causes: causeGroups(topology, messages) };
    } catch (error) {
        // One queue that may not be looked at must not hide the others.
        if (!(error instanceof UsageError)) {
            throw error;
        }
        return { ...place, total: 0, read: 0, mayReorder: false, causes: [], problem: error.message };
    }
}
