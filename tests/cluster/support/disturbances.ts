import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelModel } from "amqplib";
import { expect } from "vitest";
import { z } from "zod";
import { analyzerName, exchanges, keys, vhostName } from "../../../src/topology/names.ts";
import { kubectl } from "./kubectl.ts";
import { withBroker } from "./messages.ts";
import { prodNamespace } from "./prodValues.ts";
import type { Site } from "./site.ts";

/** Something that goes wrong, and how it ends. */
export interface Disturbance {
    readonly name: string;
    /** The alerts that must be active, and resolve soon after the end. */
    readonly alerts: readonly string[];
    /** Alerts about what happened within a window: they resolve only when it is over, which is not awaited. */
    readonly windowed: readonly string[];
    readonly begin: (site: Site) => Promise<void>;
    readonly end: (site: Site) => Promise<void>;
}

const links = analyzerName("links");
const linksDeployment = "deployment/analyzer-links";
const notifierDeployment = "deployment/notifier";
const webhookQueue = "notifications.webhook";

/** Runs a command in the first container of a broker's node. */
async function onBroker({ cluster }: Site, index: number, ...command: readonly string[]): Promise<string> {
    return await kubectl(cluster, [
        ...["exec", "-n", prodNamespace, `rabbitmq-server-${index}`, "-c", "rabbitmq", "--", ...command],
    ]);
}

async function scale({ cluster }: Site, deployment: string, replicas: number): Promise<void> {
    await kubectl(cluster, ["scale", "-n", prodNamespace, deployment, `--replicas=${replicas}`]);
}

/** As many replicas as the stack declares. */
async function restore(site: Site, deployment: string): Promise<void> {
    const object = site.declared.objects.find(
        ({ kind, metadata }) => kind === "Deployment" && `deployment/${metadata.name}` === deployment,
    );
    const { spec } = z.object({ spec: z.object({ replicas: z.number() }) }).parse(object);
    await scale(site, deployment, spec.replicas);
}

async function purge({ declared }: Site, queue: string): Promise<void> {
    const { managementEndpoint, administrator } = declared.access;
    const place = `${managementEndpoint}/api/queues/${vhostName}/${encodeURIComponent(queue)}/contents`;
    const { username, password } = administrator;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const response = await fetch(place, { method: "DELETE", headers: { authorization } });
    expect(response.status, queue).toBe(204);
}

/** Publishes the same message many times. */
async function publish(
    connection: ChannelModel,
    count: number,
    [exchange, key]: readonly [string, string],
    content: string,
    options: { readonly replyTo?: string; readonly correlationId?: string } = {},
): Promise<void> {
    const channel = await connection.createConfirmChannel();
    for (let index = 0; index < count; index += 1) {
        if (!channel.publish(exchange, key, Buffer.from(content), { persistent: true, ...options })) {
            await new Promise((resolve) => channel.once("drain", resolve));
        }
    }
    await channel.waitForConfirms();
    await channel.close();
}

/** What causes the alerts, several together. */
export const disturbances = {
    messages: {
        name: "messages that no queue takes, no consumer understands or no caller sent",
        alerts: ["MessagesUnrouted", "DeadLettersPresent"],
        windowed: ["MessagesFail", "RepliesRefused", "ConnectionChurn", "ChannelChurn"],
        begin: async (site) => {
            // A counter that appears with its first event has no increase before its second one.
            for (let round = 0; round < 2; round += 1) {
                await withBroker(site, async (connection) => {
                    await publish(connection, 1, [exchanges.analysis, "nothing"], "{}");
                    await publish(connection, 20, [exchanges.analysis, keys.job("links")], "{not json");
                    await publish(connection, 1, [exchanges.rpc, keys.rpcStatus], "{}", {
                        replyTo: "somebody",
                        correlationId: "1",
                    });
                    for (let count = 0; count < 600; count += 1) {
                        await (await connection.createChannel()).close();
                    }
                });
                for (let count = 0; count < 70; count += 1) {
                    await withBroker(site, () => Promise.resolve());
                }
                await sleep(35_000);
            }
        },
        end: async (site) => {
            await purge(site, "unrouted");
            await purge(site, `${links}.dlq`);
        },
    },
    logins: {
        name: "wrong passwords",
        alerts: [],
        windowed: ["LoginsRefused"],
        begin: async (site) => {
            for (let round = 0; round < 2; round += 1) {
                for (let count = 0; count < 12; count += 1) {
                    await expect(withBroker(site, () => Promise.resolve(), "wrong")).rejects.toThrow();
                }
                await sleep(35_000);
            }
        },
        end: () => Promise.resolve(),
    },
    services: {
        name: "services without replicas",
        alerts: [
            ...["ServiceDown", "QueueHasNoConsumers", "QueueNearlyFull", "QueueGrowing"],
            "OldestMessageOverdue",
        ],
        windowed: [],
        begin: async (site) => {
            await scale(site, linksDeployment, 0);
            await scale(site, notifierDeployment, 0);
            await kubectl(site.cluster, [
                ...["rollout", "status", "-n", prodNamespace, notifierDeployment, "--timeout=120s"],
            ]);
            await withBroker(site, async (connection) => {
                await publish(connection, 16_200, ["", webhookQueue], "{}");
            });
        },
        end: async (site) => {
            await purge(site, webhookQueue);
            await restore(site, linksDeployment);
            await restore(site, notifierDeployment);
        },
    },
    resources: {
        name: "a broker without memory and disk space",
        alerts: ["MemoryAlarm", "DiskAlarm", "MemoryNearlyFull", "DiskFillsUp"],
        windowed: ["PublishesFail"],
        begin: async (site) => {
            await onBroker(site, 0, "rabbitmqctl", "set_vm_memory_high_watermark", "0.00001");
            await onBroker(site, 1, "rabbitmqctl", "set_disk_free_limit", "100000000000000");
        },
        end: async (site) => {
            // What the operator and the stack configure.
            await onBroker(site, 0, "rabbitmqctl", "set_vm_memory_high_watermark", "0.6");
            await onBroker(site, 1, "rabbitmqctl", "set_disk_free_limit", "3GB");
        },
    },
} satisfies Readonly<Record<string, Disturbance>>;
