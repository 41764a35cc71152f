import { randomBytes } from "node:crypto";
import { connectContainerEngine, ensureBrokerImage, type Report } from "@spot-messaging/local/images";
import type { ManagementApi } from "@spot-messaging/management";
import type { BrokerVersion } from "@spot-messaging/topology";
import amqp, { type ChannelModel } from "amqplib";
import type Docker from "dockerode";
import { eventually } from "../../broker/support/eventually.ts";
import { freePort } from "../../support/ports.ts";
import { type BrokerNode, createNode } from "./brokerNode.ts";
import { removeLabelled } from "./removal.ts";
import { guardRemoval } from "./removalGuard.ts";

/** Nodes in containers of their own, in a network of their own. */
export interface BrokerCluster {
    readonly version: BrokerVersion;
    readonly docker: Docker;
    readonly network: string;
    readonly nodes: readonly BrokerNode[];
    readonly administrator: { readonly username: string; readonly password: string };
    /** The management API of the first node that answers. */
    readonly api: () => Promise<ManagementApi>;
    /** Connects to one node. The client notices a silent node after 10 s. */
    readonly connect: (node: BrokerNode, vhost: string, as?: Login) => Promise<ChannelModel>;
    /** Waits until all nodes run and know each other, and every member of every queue is online. */
    readonly whole: (withinMs?: number) => Promise<void>;
    readonly remove: () => Promise<void>;
}

/** A user of the broker. */
export interface Login {
    readonly username: string;
    readonly password: string;
}

export interface ClusterOptions {
    /** Different for clusters that run at the same time. */
    readonly name: string;
    readonly version: BrokerVersion;
    /** @default 3 */
    readonly nodes?: number;
    readonly report: Report;
}

const runLabel = "spot-messaging.faults";

/** Starts nodes that form a cluster. What a killed run left behind is removed first. */
export async function startCluster({
    name,
    version,
    nodes: count = 3,
    report,
}: ClusterOptions): Promise<BrokerCluster> {
    const docker = await connectContainerEngine(report);
    const image = `rabbitmq:${version}-management`;
    await ensureBrokerImage(docker, { image, version }, report);
    const label = `${runLabel}=${name}`;
    const labels = { [runLabel]: name };
    await removeLabelled(docker, label);
    const endGuard = guardRemoval(label);
    const remove = async (): Promise<void> => {
        await removeLabelled(docker, label);
        endGuard();
    };
    try {
        const network = `spot-messaging-faults-${name}`;
        await docker.createNetwork({ Name: network, Labels: labels });
        const hosts = Array.from({ length: count }, (_, index) => `${network}-${index}`);
        const administrator = { username: "admin", password: secret() };
        const erlangCookie = secret();
        const nodes: BrokerNode[] = [];
        for (const host of hosts) {
            nodes.push(
                await createNode(docker, {
                    settings: {
                        ...{ clusterName: network, host, hosts, erlangCookie },
                        adminUser: administrator.username,
                        adminPassword: administrator.password,
                    },
                    ...{ image, network, labels },
                    amqpPort: await freePort(),
                    managementPort: await freePort(),
                }),
            );
        }
        const cluster = clusterOf({ version, docker, network, nodes, administrator, remove });
        await Promise.all(nodes.map((node) => node.start()));
        await cluster.whole();
        return cluster;
    } catch (error) {
        await remove();
        throw error;
    }
}

function secret(): string {
    return randomBytes(16).toString("hex");
}

function clusterOf(
    parts: Pick<BrokerCluster, "version" | "docker" | "network" | "nodes" | "administrator" | "remove">,
): BrokerCluster {
    const { nodes, administrator } = parts;
    return {
        ...parts,
        api: () =>
            eventually(
                "a node whose management API answers",
                async () => {
                    for (const { api } of nodes) {
                        if (await api.overview().then(Boolean, () => false)) {
                            return api;
                        }
                    }
                    return undefined;
                },
                120_000,
            ),
        connect: async (node, vhost, login = administrator) => {
            const connection = await amqp.connect(
                { hostname: "127.0.0.1", port: node.amqpPort, vhost, heartbeat: 5, ...login },
                { noDelay: true, timeout: 5_000 },
            );
            // The library closes the connection, which is what its users act on.
            connection.on("error", () => undefined);
            return connection;
        },
        whole: async (withinMs = 180_000) => {
            let problem = "";
            await eventually(
                "the whole cluster",
                async () => {
                    problem = await missing(nodes).catch((error: unknown) => String(error));
                    return problem === "" ? true : undefined;
                },
                withinMs,
            ).catch((error: unknown) => {
                throw new Error(`${String(error)}: ${problem}`);
            });
        },
    };
}

interface Replicas {
    readonly name: string;
    readonly type: string;
    readonly state?: string;
    readonly members?: readonly string[];
    readonly online?: readonly string[];
    readonly leader?: string;
}

/** What a cluster lacks; an empty text if it is whole. */
async function missing(nodes: readonly BrokerNode[]): Promise<string> {
    for (const { name, api } of nodes) {
        const running = (await api.nodes()).filter((each) => each.running).map((each) => each.name);
        if (running.length !== nodes.length) {
            return `${name} sees only ${running.join(", ")}`;
        }
    }
    const [first] = nodes;
    const queues = (await first?.api.get(["queues"])) as readonly Replicas[]; // the fields of replicated queues
    const incomplete = queues.filter(
        ({ type, state, members = [], online = [], leader }) =>
            (type === "classic" && state !== "running") ||
            (type !== "classic" &&
                (leader === undefined ||
                    leader === "" ||
                    online.length < Math.min(members.length, nodes.length) ||
                    online.length === 0)),
    );
    return incomplete
        .slice(0, 3)
        .map(({ name, online = [] }) => `${name} (${online.length} members online)`)
        .join(", ");
}
