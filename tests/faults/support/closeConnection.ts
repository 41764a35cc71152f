import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelModel } from "amqplib";

const withinMs = 2_000;

/** Closes a connection. A paused node, or one that blocks its publishers, does not answer; the client then gives the connection up by itself. */
export async function closeConnection(connection: ChannelModel): Promise<void> {
    await Promise.race([connection.close().catch(() => undefined), sleep(withinMs)]);
}
