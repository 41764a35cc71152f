import { createHash } from "node:crypto";
import { type InVhost, type Queue, UserError } from "@spot-messaging/topology";
import { transferExchange } from "@spot-messaging/topology/migrate";
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Options } from "amqplib";
import { consumeAll, fetchAll, prefetch } from "./messageSource.ts";
import type { MigrationBroker } from "./migrationBroker.ts";

/** A consumer that moves every message of a queue to another one, until it is closed. */
export interface Transfer {
    /** Messages that the target confirmed. */
    readonly moved: () => number;
    /** Messages on the way: neither confirmed nor returned to the queue. */
    readonly pending: () => number;
    /** Why nothing moves any longer. */
    readonly failure: () => Error | undefined;
    /** Ready messages and consumers of the queue besides this one, as the broker counts them now. */
    readonly counts: () => Promise<{ readonly ready: number; readonly otherConsumers: number }>;
    /**
     * Deletes the queue, and moves what reached this consumer before. Returns the number of messages that the broker deleted with it.
     * @param successor a queue with the same name that is declared right after the deletion. @default - none
     */
    readonly deleteQueue: (settings: Options.DeleteQueue, successor?: Queue) => Promise<number>;
    readonly close: () => Promise<void>;
}

/**
 * Moves messages: each is published with its own properties and routing key, and acknowledged only after the target has confirmed it. So a kill
 * at any moment loses none and repeats at most those on the way, and the order is kept.
 * @param to `undefined`: nothing may be moved, and a message that arrives is an error
 * @throws BrokerUnreachable, UsageError
 */
export async function openTransfer(
    broker: MigrationBroker,
    from: InVhost,
    to: InVhost | undefined,
): Promise<Transfer> {
    const connections: ChannelModel[] = [];
    const connect = async (vhost: string): Promise<ChannelModel> => {
        const connection = await broker.connect(vhost);
        connections.push(connection);
        return connection;
    };
    try {
        const source = await connect(from.vhost);
        const target = to === undefined || to.vhost === from.vhost ? source : await connect(to.vhost);
        const isAutoDelete = (await broker.numbersOf(from))?.autoDelete === true;
        return await startTransfer(broker, { from, to, source, target, connections, isAutoDelete });
    } catch (error) {
        await closeAll(connections);
        throw error;
    }
}

interface Ends {
    readonly from: InVhost;
    readonly to: InVhost | undefined;
    readonly source: ChannelModel;
    readonly target: ChannelModel;
    readonly connections: readonly ChannelModel[];
    /** Whether the broker deletes the queue, with its messages, when its last consumer leaves. */
    readonly isAutoDelete: boolean;
}

async function startTransfer(
    broker: MigrationBroker,
    { from, to, source, target, connections, isAutoDelete }: Ends,
): Promise<Transfer> {
    const consumer = guarded(await source.createChannel(), fail);
    const passive = guarded(await source.createChannel(), fail);
    const publisher = await target.createConfirmChannel();
    guarded(publisher, fail);
    let moved = 0;
    let pending = 0;
    let failure: Error | undefined;
    let isDeleted = false;
    function fail(error: Error): void {
        failure ??= error;
    }
    for (const each of connections) {
        each.on("close", () => {
            fail(
                new UserError(
                    `the connection to the broker of queue "${from.name}" was closed; run the command again`,
                ),
            );
        });
    }
    const exchange = to === undefined ? "" : await declareExchange(publisher, to);
    publisher.on("return", () => {
        fail(
            new UserError(
                `vhost "${to?.vhost ?? ""}": queue "${to?.name ?? ""}" does not take messages any longer; run the command again`,
            ),
        );
    });
    const publish = (message: ConsumeMessage): void => {
        if (failure !== undefined) {
            // Not acknowledged: the broker returns it to the queue when the connection closes.
            return;
        }
        const { routingKey } = message.fields;
        publisher.publish(
            exchange,
            routingKey,
            message.content,
            propertiesOf(message, broker.username),
            (error: unknown) => {
                if (failure !== undefined) {
                    return;
                }
                if (error !== null && error !== undefined) {
                    // The target is full. The message waits here, because each return to its queue counts as an attempt.
                    setTimeout(publish, 200, message);
                    return;
                }
                pending--;
                moved++;
                if (!isDeleted) {
                    consumer.ack(message);
                }
            },
        );
    };
    const take = (message: ConsumeMessage): void => {
        pending++;
        if (to === undefined) {
            fail(
                new UserError(
                    `vhost "${from.vhost}": queue "${from.name}" still gets messages; stop its publishers and run the command again`,
                ),
            );
        }
        publish(message);
    };
    const stop = isAutoDelete
        ? fetchAll(consumer, from.name, {
              take,
              isFull: () => pending >= prefetch,
              isEnded: () => isDeleted || failure !== undefined,
          })
        : await consumeAll(consumer, from.name, take, () => {
              if (!isDeleted) {
                  fail(
                      new UserError(
                          `vhost "${from.vhost}": queue "${from.name}" was deleted; run the command again`,
                      ),
                  );
              }
          });
    return {
        moved: () => moved,
        pending: () => pending,
        failure: () => failure,
        counts: async () => {
            const { messageCount, consumerCount } = await passive.checkQueue(from.name);
            return {
                ready: messageCount,
                otherConsumers: Math.max(0, consumerCount - (isAutoDelete ? 0 : 1)),
            };
        },
        deleteQueue: async (settings, successor) => {
            isDeleted = true;
            // The declaration does not wait for another connection or request: the name is free for a moment only.
            const [{ messageCount }] = await Promise.all([
                passive.deleteQueue(from.name, settings),
                successor === undefined ? undefined : declareQueue(passive, successor),
            ]);
            // What was delivered before the deletion is still on its way.
            await pause(200);
            return messageCount;
        },
        close: async () => {
            if (!isDeleted && failure === undefined) {
                await stop();
            }
            const end = Date.now() + 10_000;
            while (pending > 0 && failure === undefined && Date.now() < end) {
                await pause(20);
            }
            if (exchange !== "" && failure === undefined) {
                await publisher.deleteExchange(exchange);
            }
            await closeAll(connections);
        },
    };
}

async function declareQueue(channel: Channel, queue: Queue): Promise<void> {
    await channel.assertQueue(queue.name, {
        durable: queue.durable,
        autoDelete: queue.autoDelete,
        arguments: { ...queue.arguments, "x-queue-type": queue.type },
    });
}

/** A refused operation closes its channel. Without a listener this event would end the process. */
function guarded<T extends Channel>(channel: T, fail: (error: Error) => void): T {
    channel.on("error", (error: Error) => {
        fail(new UserError(error.message));
    });
    return channel;
}

/** Keeps the routing keys of messages, which the default exchange would not. Deleted by the broker with its binding. */
async function declareExchange(channel: ConfirmChannel, { name }: InVhost): Promise<string> {
    // A name has at most 255 bytes.
    const exchange = `${transferExchange}${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
    await channel.assertExchange(exchange, "fanout", { durable: false, autoDelete: true });
    await channel.bindQueue(name, exchange, "");
    return exchange;
}

/** Properties that a publisher sets. The library keeps them as it received them. */
const propertyNames = [
    "appId",
    "contentEncoding",
    "contentType",
    "correlationId",
    "deliveryMode",
    "expiration",
    "headers",
    "messageId",
    "priority",
    "replyTo",
    "timestamp",
    "type",
] as const;

/** Everything of a message but its user-id, which the broker accepts only from that user. */
function propertiesOf({ properties }: ConsumeMessage, username: string): Options.Publish {
    const known: Readonly<Record<string, unknown>> = { ...properties };
    const present = propertyNames.filter((name) => known[name] !== undefined);
    return {
        ...Object.fromEntries(present.map((name) => [name, known[name]])),
        mandatory: true,
        ...(known["userId"] === username && { userId: username }),
    };
}

async function closeAll(connections: readonly ChannelModel[]): Promise<void> {
    for (const each of connections) {
        await each.close().catch(() => undefined);
    }
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
        setTimeout(resolve, ms);
    });
}
