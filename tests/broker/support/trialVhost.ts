import type { Topology } from "@spot-messaging/topology";
import amqp, { type ChannelModel, type ConfirmChannel } from "amqplib";
import { toDefinitions } from "../../../packages/topology/src/definitions/definitions.ts";
import { confirm } from "./client.ts";
import type { TestStack } from "./stack.ts";

/** The importable part of a topology: without users, which the stack has, and without their permissions, which are for another virtual host. */
export function importable(topology: Topology): object {
    const { vhosts, exchanges, queues, bindings, policies } = toDefinitions(topology);
    return { vhosts, exchanges, queues, bindings, policies };
}

/** A connection to one virtual host, of one of the topology's users or of the administrator. */
export async function connectTo(
    { access, ports }: TestStack,
    vhost: string,
    user: string,
): Promise<ChannelModel> {
    const { administrator, passwords } = access;
    const password = user === administrator.username ? administrator.password : passwords[user];
    const connection = await amqp.connect(
        {
            protocol: "amqp",
            hostname: "127.0.0.1",
            port: ports.amqpPort,
            username: user,
            password: password ?? "",
            vhost,
        },
        { noDelay: true },
    );
    // A refused operation closes its channel, and the library also emits the error on the connection; the operation's own error is enough.
    connection.on("error", () => undefined);
    return connection;
}

/** Runs a function in a virtual host that is deleted afterwards. */
export async function withVhost(
    stack: TestStack,
    vhost: string,
    use: (connection: ChannelModel, channel: ConfirmChannel) => Promise<void>,
): Promise<void> {
    const { username } = stack.access.administrator;
    await stack.api.putVhost(vhost);
    await stack.api.putPermissions(vhost, username, { configure: ".*", write: ".*", read: ".*" });
    const connection = await connectTo(stack, vhost, username);
    try {
        await use(connection, await connection.createConfirmChannel());
    } finally {
        await connection.close().catch(() => undefined);
        await stack.api.deleteVhost(vhost);
    }
}

/** Puts messages into a queue. */
export async function fill(channel: ConfirmChannel, queue: string, count: number): Promise<void> {
    await Promise.all(
        Array.from({ length: count }, () => confirm(channel, "", queue, queue, { persistent: true })),
    );
}

/** The number of ready messages in each queue; 0 if it does not exist. Streams are left out. */
export async function counts(
    connection: ChannelModel,
    ...topologies: readonly Topology[]
): Promise<ReadonlyMap<string, number>> {
    const names = new Set(
        topologies.flatMap(({ queues }) =>
            queues.filter(({ type }) => type !== "stream").map(({ name }) => name),
        ),
    );
    const counted = new Map<string, number>();
    for (const name of names) {
        const channel = await connection.createChannel();
        channel.on("error", () => undefined);
        const count = await channel.checkQueue(name).then(
            async ({ messageCount }) => {
                await channel.close();
                return messageCount;
            },
            () => 0,
        );
        counted.set(name, count);
    }
    return counted;
}
