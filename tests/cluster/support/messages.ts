import amqp, { type ChannelModel } from "amqplib";
import { vhostName } from "../../../src/topology/names.ts";
import { forwardPort } from "./portForward.ts";
import { prodNamespace } from "./prodValues.ts";
import type { Site } from "./site.ts";

interface Connecting {
    /** Another than the administrator's own. */
    readonly password?: string;
    /** The pod to connect to. @default - any node of the broker */
    readonly pod?: string;
}

/**
 * Connects the broker's administrator over TLS, through a forwarded port: network policies do not apply to it. This process trusts the
 * stack's authority since the stack runs.
 */
export async function withBroker<Result>(
    { cluster, declared }: Pick<Site, "cluster" | "declared">,
    work: (connection: ChannelModel) => Promise<Result>,
    { password = declared.access.administrator.password, pod }: Connecting = {},
): Promise<Result> {
    const forwarded = await forwardPort(cluster, {
        namespace: prodNamespace,
        selector:
            pod === undefined
                ? "app.kubernetes.io/name=rabbitmq"
                : `statefulset.kubernetes.io/pod-name=${pod}`,
        port: 5671,
    });
    try {
        const connection = await amqp.connect(
            {
                protocol: "amqps",
                hostname: "localhost",
                port: forwarded.port,
                username: declared.access.administrator.username,
                password,
                vhost: vhostName,
                heartbeat: 30,
            },
            { servername: "localhost", noDelay: true },
        );
        connection.on("error", () => undefined);
        try {
            return await work(connection);
        } finally {
            await connection.close().catch(() => undefined);
        }
    } finally {
        await forwarded.close();
    }
}
