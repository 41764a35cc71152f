import { type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import { effectiveSettings } from "@spot-messaging/topology/broker";
import type { ParkedMessage } from "@spot-messaging/topology/messages";
import { formatCount } from "@spot-messaging/topology/text";
import type { Message } from "amqplib";
import type { BrokerMessages } from "./brokerMessages.ts";
import { countsLostChannels } from "./parkedQueue.ts";
import { parkedMessage } from "./takenMessage.ts";

/** What a look at a queue found. */
export interface Look {
    /** The number of messages in the queue, including those that were not read. */
    readonly total: number;
    /** Whether the order may have changed: messages that were put back before are behind those that were read. */
    readonly mayReorder: boolean;
}

/** Further messages that are read to keep the order. */
const maxExtra = 10_000;

/** The windows grow, so that few consumers hold messages. */
const firstWindow = 100;

/**
 * Reads messages from the head of a queue and puts them back. Messages that are put back wait before all others, in the order in which they return.
 * So the order stays only if all of them are read: the queue is read until a message that was never delivered, or to its end.
 * @param limit the number of messages to read
 * @param visit is called for each of them, from the head of the queue
 * @throws UsageError if the look could lose a message
 */
export async function lookAt(
    broker: BrokerMessages,
    topology: Topology,
    queue: Queue,
    limit: number,
    visit: (message: ParkedMessage, raw: Message) => void,
): Promise<Look> {
    requireHarmlessLook(topology, queue, broker.version);
    return await broker.use(queue, async (opened) => {
        const counted = await opened.count();
        const extra = queue.type === "classic" ? 0 : maxExtra;
        const state = { read: 0, isFresh: false };
        const receive = (raw: Message): void => {
            state.read += 1;
            state.isFresh = !raw.fields.redelivered;
            if (state.read <= limit) {
                visit(parkedMessage(queue, raw), raw);
            }
        };
        for (let window = firstWindow; ; window *= 2) {
            const most = state.read < limit ? limit : limit + extra;
            const wanted = Math.min(window, most - state.read);
            const taken = wanted === 0 ? 0 : await opened.read(wanted, receive);
            const { read, isFresh } = state;
            if (taken < wanted) {
                return { total: read, mayReorder: false };
            }
            if (read >= limit && (isFresh || read >= limit + extra)) {
                return { total: counted, mayReorder: !isFresh && extra > 0 && read < counted };
            }
        }
    });
}

/** @throws UsageError */
function requireHarmlessLook(topology: Topology, queue: Queue, version: string): void {
    const limit = deliveryLimit(topology, queue);
    if (limit !== undefined && !countsLostChannels(version)) {
        throw new UsageError(
            `vhost "${queue.vhost}": queue "${queue.name}" has a delivery limit of ${formatCount(limit)}, and RabbitMQ ${version} counts each look as a delivery: it would drop or dead-letter a message after so many looks; set "delivery-limit" to -1 in its policy`,
        );
    }
}

/** The number of deliveries after which a quorum queue gives a message up. */
export function deliveryLimit(topology: Topology, queue: Queue): number | undefined {
    const limit =
        queue.type === "quorum"
            ? effectiveSettings(topology)(queue).settings.value("delivery-limit")
            : undefined;
    return typeof limit === "number" && limit >= 0 ? limit : undefined;
}
