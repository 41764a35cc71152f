import { type Exchange, UserError } from "@spot-messaging/topology";
import type { MigrationBroker } from "./migrationBroker.ts";

/**
 * Deletes an exchange and declares it again. Both requests are on one channel, so publishers are refused only for the time in which the broker
 * carries them out: RabbitMQ cannot change an exchange, and no other one can get the messages for its name.
 * @throws BrokerUnreachable, UserError
 */
export async function replaceExchange(broker: MigrationBroker, exchange: Exchange): Promise<void> {
    const { vhost, name, type, durable, autoDelete, internal, arguments: args } = exchange;
    const connection = await broker.connect(vhost);
    try {
        const channel = await connection.createChannel();
        channel.on("error", () => undefined);
        await Promise.all([
            channel.deleteExchange(name),
            channel.assertExchange(name, type, { durable, autoDelete, internal, arguments: args }),
        ]);
    } catch (error) {
        throw new UserError(
            `vhost "${vhost}": exchange "${name}" was not replaced: ${error instanceof Error ? error.message : String(error)}; run the command again`,
        );
    } finally {
        await connection.close().catch(() => undefined);
    }
}
