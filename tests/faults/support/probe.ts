import type { Channel, ConfirmChannel, ConsumeMessage, Message, Options } from "amqplib";
import { eventually } from "../../broker/support/eventually.ts";
import { closeConnection } from "./closeConnection.ts";
import { nodeAt } from "./leaders.ts";
import type { Site } from "./site.ts";

/** How the broker answered a mandatory message. */
export type ProbeAnswer = "confirmed" | "nacked" | "returned";

/** Asks single questions of a broker, over one channel. */
export interface Probe {
    readonly channel: Channel;
    /** Publishes a persistent, mandatory message with its id as body, and waits for the answer. */
    readonly publish: (
        exchange: string,
        routingKey: string,
        id: string,
        options?: Options.Publish,
    ) => Promise<ProbeAnswer>;
    /** Takes and acknowledges all messages of a queue: their ids, in the order of the queue. */
    readonly drain: (queue: string) => Promise<readonly string[]>;
    /** Waits until a queue has a message, and takes it without acknowledging it. */
    readonly take: (queue: string) => Promise<Message>;
    /** The ready messages of a queue. */
    readonly count: (queue: string) => Promise<number>;
}

/** Opens a connection to the first node, for as long as a function runs. */
export async function withProbe<T>(site: Site, vhost: string, use: (probe: Probe) => Promise<T>): Promise<T> {
    const connection = await site.cluster.connect(nodeAt(site, 0), vhost);
    try {
        const channel = await connection.createConfirmChannel();
        channel.on("error", () => undefined);
        const singles = site.topology.queues
            .filter((queue) => queue.vhost === vhost && queue.arguments["x-single-active-consumer"] === true)
            .map(({ name }) => name);
        return await use(probeOf(channel, new Set(singles)));
    } finally {
        await closeConnection(connection);
    }
}

/** @param singles the queues with a single active consumer, which refuse `basic.get` */
function probeOf(channel: ConfirmChannel, singles: ReadonlySet<string>): Probe {
    const returned = new Set<string>();
    channel.on("return", ({ properties }: ConsumeMessage) => {
        returned.add(String(properties.messageId));
    });
    return {
        channel,
        publish: (exchange, routingKey, id, options = {}) =>
            new Promise((resolve) => {
                channel.publish(
                    exchange,
                    routingKey,
                    Buffer.from(id),
                    { persistent: true, mandatory: true, messageId: id, ...options },
                    (error: unknown) => {
                        const isNacked = error !== null && error !== undefined;
                        resolve(isNacked ? "nacked" : returned.delete(id) ? "returned" : "confirmed");
                    },
                );
            }),
        drain: async (queue) => {
            const ids: string[] = [];
            if (singles.has(queue)) {
                for (let left = (await channel.checkQueue(queue)).messageCount; left > 0; left--) {
                    const message = await consumeOne(channel, queue);
                    channel.ack(message);
                    ids.push(message.content.toString());
                }
                return ids;
            }
            for (;;) {
                const message = await channel.get(queue, { noAck: true });
                if (message === false) {
                    return ids;
                }
                ids.push(message.content.toString());
            }
        },
        take: (queue) =>
            singles.has(queue)
                ? consumeOne(channel, queue)
                : eventually(
                      `a message in queue "${queue}"`,
                      async () => {
                          const message = await channel.get(queue);
                          return message === false ? undefined : message;
                      },
                      60_000,
                  ),
        count: async (queue) => (await channel.checkQueue(queue)).messageCount,
    };
}

/** Takes the next message of a queue as a consumer that leaves with it in its hands. */
async function consumeOne(channel: Channel, queue: string): Promise<Message> {
    await channel.prefetch(1);
    let consumerTag = "";
    const message = await new Promise<Message>((resolve, reject) => {
        channel
            .consume(queue, (found) => {
                if (found !== null) {
                    resolve(found);
                }
            })
            .then(
                (consumer) => {
                    ({ consumerTag } = consumer);
                },
                (error: unknown) => {
                    reject(error instanceof Error ? error : new Error(String(error)));
                },
            );
    });
    await channel.cancel(consumerTag);
    return message;
}

/** The ids that a stream has since a time (in seconds since 1970), when none has arrived for a while. */
export async function readStream(
    site: Site,
    vhost: string,
    stream: string,
    since: number,
): Promise<readonly string[]> {
    const connection = await site.cluster.connect(nodeAt(site, 0), vhost);
    try {
        const channel = await connection.createChannel();
        await channel.prefetch(100);
        const ids: string[] = [];
        await channel.consume(
            stream,
            (message) => {
                if (message !== null) {
                    ids.push(message.content.toString());
                    channel.ack(message);
                }
            },
            { arguments: { "x-stream-offset": { "!": "timestamp", value: since } } },
        );
        let known = -1;
        await eventually(
            `the end of stream "${stream}"`,
            async () => {
                const isEnd = known === ids.length;
                known = ids.length;
                await new Promise((resolve) => setTimeout(resolve, 1_000));
                return isEnd ? true : undefined;
            },
            30_000,
        );
        return ids;
    } finally {
        await closeConnection(connection);
    }
}
