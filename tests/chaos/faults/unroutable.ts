import amqp from "amqplib";
import { vhostName } from "../../../src/topology/names.ts";
import type { Plant } from "../plant.ts";

const queue = "unrouted";

/**
 * Publishes every message of the queue of unroutable messages again, to its exchange with its routing key, as an operator does after a
 * binding is repaired. A message that is still unroutable is in the queue again.
 * @returns how many there were
 */
export async function publishAgain({ access, amqpPort }: Plant): Promise<number> {
    const connection = await amqp.connect(
        {
            hostname: "127.0.0.1",
            port: amqpPort,
            username: access.administrator.username,
            password: access.administrator.password,
            vhost: vhostName,
        },
        { noDelay: true },
    );
    try {
        const channel = await connection.createConfirmChannel();
        const { messageCount } = await channel.checkQueue(queue);
        for (let count = 0; count < messageCount; count += 1) {
            const message = await channel.get(queue);
            if (message === false) {
                return count;
            }
            const { exchange, routingKey } = message.fields;
            const { headers, ...properties } = message.properties;
            channel.publish(exchange, routingKey, message.content, { ...properties, headers });
            await channel.waitForConfirms();
            channel.ack(message);
        }
        return messageCount;
    } finally {
        await connection.close();
    }
}
