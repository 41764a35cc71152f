import { messageHistory, parkingCauses } from "@spot-messaging/topology/messages";
import { withBroker } from "../messages/brokerMessages.ts";
import { lookAt } from "../messages/look.ts";
import type { MessageAccessOptions } from "../messages/messageAccess.ts";
import { parkingDesk } from "../messages/parkingDesk.ts";
import type { PeekedMessage, PeekedQueue } from "../messages/peekedQueue.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { renderPeek } from "../render/peek.ts";

export interface PeekCommandOptions extends MessageAccessOptions {
    readonly limit: string;
    readonly body?: true;
    readonly json?: true;
}

/**
 * Shows the first messages of a parking queue.
 * @returns exit code 1 if the queue is empty
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function peekQueue(
    name: string,
    options: PeekCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    const { topology, queue, access, limit } = await parkingDesk(name, options, io);
    const causeOf = parkingCauses(topology);
    const peeked = await withBroker(access, queue.vhost, async (broker): Promise<PeekedQueue> => {
        const messages: PeekedMessage[] = [];
        const look = await lookAt(broker, topology, queue, limit, (message, { content }) => {
            messages.push({
                ...message,
                cause: causeOf(message, messageHistory(message)),
                ...(options.body === true && { body: content.toString("base64") }),
            });
        });
        const { vhost, name: queueName, type } = queue;
        return { vhost, queue: queueName, type, version: broker.version, ...look, messages };
    });
    return {
        output:
            options.json === true
                ? `${JSON.stringify(peeked, undefined, 4)}\n`
                : `${renderPeek(peeked, io.page, Date.now())}\n`,
        exitCode: peeked.total > 0 ? 0 : 1,
    };
}
