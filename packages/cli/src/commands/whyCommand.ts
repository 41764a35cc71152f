import { readQueueNumbers } from "@spot-messaging/management";
import { type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import {
    type LiveQueues,
    messageHistory,
    type ParkedMessage,
    type ParkingCause,
    parkingCauses,
    redriveOutlook,
} from "@spot-messaging/topology/messages";
import { counted } from "@spot-messaging/topology/text";
import { withBroker } from "../messages/brokerMessages.ts";
import { causeKey } from "../messages/causeGroups.ts";
import { liveQueues } from "../messages/liveQueues.ts";
import { lookAt } from "../messages/look.ts";
import type { MessageAccessOptions } from "../messages/messageAccess.ts";
import type { MessageExplanation } from "../messages/messageExplanation.ts";
import { parkingDesk } from "../messages/parkingDesk.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { renderWhy } from "../render/why.ts";

export interface WhyCommandOptions extends MessageAccessOptions {
    readonly id?: string;
    readonly limit: string;
    readonly body?: true;
    readonly json?: true;
}

/**
 * Explains one message of a parking queue: the one with `--id`, or else the first.
 * @returns exit code 1 if the queue is empty
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function explainMessage(
    name: string,
    options: WhyCommandOptions,
    io: CommandIo,
): Promise<CommandResult> {
    const { topology, queue, access, limit } = await parkingDesk(name, options, io);
    const numbers = await readQueueNumbers(access.api, [queue.vhost]);
    const messages: LookedAt[] = [];
    const { total, mayReorder } = await withBroker(
        access,
        queue.vhost,
        async (broker) =>
            await lookAt(broker, topology, queue, limit, (message, { content }) => {
                const isShown = options.body === true && hasId(message, options.id);
                messages.push({ message, ...(isShown && { body: content }) });
            }),
    );
    if (messages.length === 0) {
        return { output: `queue "${queue.name}" in vhost "${queue.vhost}" is empty\n`, exitCode: 1 };
    }
    const causeOf = parkingCauses(topology);
    const explanation = explanationOf(topology, chooseMessage(queue, messages, options.id), {
        causes: messages.map(({ message }) => causeOf(message, messageHistory(message))),
        total,
        live: liveQueues(access.username, queue.vhost, numbers),
    });
    const output =
        options.json === true
            ? `${JSON.stringify(explanation, undefined, 4)}\n`
            : `${renderWhy(explanation, mayReorder, io.page, Date.now())}\n`;
    return { output, exitCode: 0 };
}

interface LookedAt {
    readonly message: ParkedMessage;
    /** Only with `--body`. */
    readonly body?: Buffer;
}

interface Surroundings {
    readonly causes: readonly ParkingCause[];
    readonly total: number;
    readonly live: LiveQueues;
}

function explanationOf(
    topology: Topology,
    { message, body }: LookedAt,
    { causes, total, live }: Surroundings,
): MessageExplanation {
    const history = messageHistory(message);
    const cause = parkingCauses(topology)(message, history);
    const key = causeKey(cause);
    return {
        message,
        history,
        cause,
        alike: { count: causes.filter((each) => causeKey(each) === key).length, read: causes.length, total },
        outlook: redriveOutlook(topology, message, history, cause, live),
        ...(body !== undefined && { body: body.toString("utf8") }),
    };
}

function hasId({ properties }: ParkedMessage, id: string | undefined): boolean {
    return id === undefined || properties.messageId === id || properties.correlationId === id;
}

/** @throws UsageError if none has the id */
function chooseMessage(
    { vhost, name }: Queue,
    messages: readonly LookedAt[],
    id: string | undefined,
): LookedAt {
    const found = messages.find(({ message }) => hasId(message, id));
    if (found === undefined) {
        throw new UsageError(
            `vhost "${vhost}": queue "${name}": none of the first ${counted(messages.length, "message")} has the message id or correlation id "${id ?? ""}"; topology peek shows their ids`,
        );
    }
    return found;
}
