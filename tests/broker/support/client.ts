import amqp, {
    type Channel,
    type ChannelModel,
    type ConfirmChannel,
    type GetMessage,
    type Options,
} from "amqplib";
import type { TestStack } from "./stack.ts";

/** A connection of one of the topology's users, or of the administrator. */
export async function connectAs(stack: TestStack, user: string, vhost = "spot"): Promise<ChannelModel> {
    const { administrator, passwords } = stack.access;
    const settings = {
        protocol: "amqp",
        hostname: "127.0.0.1",
        port: stack.ports.amqpPort,
        username: user,
        password: user === administrator.username ? administrator.password : (passwords[user] ?? ""),
        vhost,
        heartbeat: 30,
    };
    // Without it the operating system holds small frames back, 40 ms each.
    const connection = await amqp.connect(settings, { noDelay: true });
    // A refused operation closes its channel, and the library tells the connection, too; the operation's own error is what counts.
    connection.on("error", () => undefined);
    return connection;
}

/** What the broker made of a published message. */
export type Outcome = "taken" | "returned" | "refused";

/** Publishes one mandatory message, waits for the broker's word, and closes the channel. */
export async function publishOnce(
    connection: ChannelModel,
    exchange: string,
    routingKey: string,
    content: string,
    options: Options.Publish = {},
): Promise<Outcome> {
    const channel = await connection.createConfirmChannel();
    let outcome: Outcome = "taken";
    channel.on("return", () => {
        outcome = "returned";
    });
    const closed = new Promise<Outcome>((resolve) => {
        channel.on("error", () => {
            resolve("refused");
        });
    });
    const confirmed = confirm(channel, exchange, routingKey, content, { mandatory: true, ...options }).then(
        () => outcome,
        () => "refused" as const,
    );
    const result = await Promise.race([confirmed, closed]);
    await channel.close().catch(() => undefined);
    return result;
}

/** Publishes and waits for the confirm. */
export async function confirm(
    channel: ConfirmChannel,
    exchange: string,
    routingKey: string,
    content: string,
    options: Options.Publish = {},
): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        channel.publish(exchange, routingKey, Buffer.from(content), options, (error: unknown) => {
            if (error === null || error === undefined) {
                resolve();
            } else {
                reject(error instanceof Error ? error : new Error("the broker did not take the message"));
            }
        });
    });
}

/** Takes every message that a queue holds now, and acknowledges it. */
export async function drain(channel: Channel, queue: string): Promise<readonly GetMessage[]> {
    const messages: GetMessage[] = [];
    for (;;) {
        const message = await channel.get(queue, { noAck: true });
        if (message === false) {
            return messages;
        }
        messages.push(message);
    }
}

/** Runs one operation on its own channel; returns whether the broker allows it. */
export async function isAllowed(
    connection: ChannelModel,
    operation: (channel: Channel) => Promise<unknown>,
): Promise<boolean> {
    const channel = await connection.createChannel();
    channel.on("error", () => undefined);
    try {
        await operation(channel);
        await channel.close();
        return true;
    } catch (error) {
        if (error instanceof Error && /ACCESS_REFUSED|403/.test(error.message)) {
            return false;
        }
        throw error;
    }
}
