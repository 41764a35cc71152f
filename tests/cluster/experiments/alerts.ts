import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelModel } from "amqplib";
import { expect } from "vitest";
import { z } from "zod";
import { analyzerName, exchanges, keys, vhostName } from "../../../src/topology/names.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { type Seen, whenFired, whenResolved } from "../support/alertWatch.ts";
import { experiment, type Note } from "../support/experiment.ts";
import { kubectl } from "../support/kubectl.ts";
import { withBroker } from "../support/messages.ts";
import { isReady, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import { type Prometheus, startPrometheus } from "../support/prometheus.ts";
import type { Site } from "../support/site.ts";

const group = "Monitoring";

const ruleShape = z.object({
    spec: z.object({
        groups: z.array(z.object({ rules: z.array(z.looseObject({ alert: z.string(), expr: z.string() })) })),
    }),
});
const dashboardShape = z.object({
    metadata: z.object({ labels: z.object({ grafana_dashboard: z.literal("1") }) }),
    data: z.record(z.string(), z.string()),
});

/** Something that goes wrong, and how it ends. */
interface Disturbance {
    readonly name: string;
    /** The alerts that must be active. */
    readonly alerts: readonly string[];
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

async function replicasOf({ cluster }: Site, deployment: string): Promise<number> {
    const path = "-o=jsonpath={.spec.replicas}";
    return Number(await kubectl(cluster, ["get", "-n", prodNamespace, deployment, path]));
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

const disturbances = {
    messages: {
        name: "messages that no queue takes, no consumer understands or no caller sent",
        alerts: [
            ...["MessagesUnroutable", "MessagesUnrouted", "DeadLettersPresent", "MessagesFail"],
            ...["RepliesRefused", "ConnectionChurn", "ChannelChurn"],
        ],
        begin: async (site) => {
            // A counter that appears with its first event has no increase before its second one.
            for (let round = 0; round < 2; round += 1) {
                await withBroker(site, async (connection) => {
                    await publish(connection, 1, ["amq.direct", "nothing"], "{}");
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
        alerts: ["LoginsRefused"],
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
        name: "services that are gone",
        alerts: [
            ...["ServiceDown", "QueueHasNoConsumers", "QueueNearlyFull", "QueueGrowing"],
            ...["OldestMessageOverdue", "MessagesRedelivered"],
        ],
        begin: async (site) => {
            await scale(site, linksDeployment, 0);
            await scale(site, notifierDeployment, 0);
            await kubectl(site.cluster, [
                ...["rollout", "status", "-n", prodNamespace, notifierDeployment, "--timeout=120s"],
            ]);
            await withBroker(site, async (connection) => {
                await publish(connection, 16_200, ["", webhookQueue], "{}");
                const channel = await connection.createChannel();
                for (let count = 0; count < 120; count += 1) {
                    const message = await channel.get(webhookQueue);
                    if (message !== false) {
                        channel.nack(message, false, true);
                    }
                }
                await channel.close();
            });
        },
        end: async (site) => {
            await purge(site, webhookQueue);
            await scale(site, linksDeployment, replicas.get(linksDeployment) ?? 1);
            await scale(site, notifierDeployment, replicas.get(notifierDeployment) ?? 1);
        },
    },
    stores: {
        name: "a database and an object store that do not answer",
        alerts: ["DatabaseFails", "ObjectStoreFails", "SubmissionsRefused", "ServiceNotReady"],
        begin: async (site) => {
            await site.store.container.pause();
            await site.database.container.pause();
        },
        end: async (site) => {
            await site.store.container.unpause();
            await site.database.container.unpause();
        },
    },
    resources: {
        name: "a broker without memory and disk space",
        alerts: [
            ...["MemoryAlarm", "DiskAlarm", "MemoryNearlyFull", "DiskFillsUp"],
            ...["PublishesFail", "SubmissionsUnknown"],
        ],
        begin: async (site) => {
            await onBroker(site, 0, "rabbitmqctl", "set_vm_memory_high_watermark", "0.00001");
            await onBroker(site, 1, "rabbitmqctl", "set_disk_free_limit", "100TB");
        },
        end: async (site) => {
            // What the operator and the stack configure.
            await onBroker(site, 0, "rabbitmqctl", "set_vm_memory_high_watermark", "0.6");
            await onBroker(site, 1, "rabbitmqctl", "set_disk_free_limit", "3GB");
        },
    },
    majority: {
        name: "a broker without its majority",
        alerts: [...["BrokerNodeMissing", "ClusterPeersUnreachable", "QueueLostQuorum", "QueueMissing"]],
        begin: async (site) => {
            await stopBrokers(site, [1, 2]);
        },
        end: startBrokers,
    },
    node: {
        name: "a broker with a missing node",
        alerts: ["BrokerNodeMissing", "ClusterPeersUnreachable", "QueueQuorumCritical"],
        begin: async (site) => {
            await stopBrokers(site, [2]);
        },
        end: startBrokers,
    },
    broker: {
        name: "no broker",
        alerts: ["BrokerDown", "ServiceDisconnected", "ServiceNotReady"],
        begin: async (site) => {
            await stopBrokers(site, [0, 1, 2]);
        },
        end: startBrokers,
    },
} satisfies Readonly<Record<string, Disturbance>>;

/** The replicas before a disturbance. */
const replicas = new Map<string, number>();

/** Stops nodes of the broker, which have no other machine for their volumes. */
async function stopBrokers({ cluster }: Site, indexes: readonly number[]): Promise<void> {
    await kubectl(cluster, ["cordon", ...cluster.nodes.map(({ name }) => name)]);
    for (const index of indexes) {
        await kubectl(cluster, [
            ...["delete", "pod", "-n", prodNamespace, `rabbitmq-server-${index}`, "--wait=false"],
            ...["--grace-period=0", "--force"],
        ]);
    }
}

async function startBrokers({ cluster }: Site): Promise<void> {
    await kubectl(cluster, ["uncordon", ...cluster.nodes.map(({ name }) => name)]);
    await kubectl(cluster, [
        ...["rollout", "status", "-n", prodNamespace, "statefulset/rabbitmq-server", "--timeout=600s"],
    ]);
}

function described(seen: ReadonlyMap<string, Seen>): string {
    return [...seen].map(([name, { after, state }]) => `${name} ${state} after ${after} s`).join(", ");
}

async function expectAlerts(
    site: Site,
    prometheus: Prometheus,
    { alerts, begin, end }: Disturbance,
    note: Note,
    traffic = false,
): Promise<void> {
    for (const deployment of [linksDeployment, notifierDeployment]) {
        replicas.set(deployment, await replicasOf(site, deployment));
    }
    const observed = async (): Promise<void> => {
        try {
            await begin(site);
            note(described(await whenFired(prometheus, alerts, 480_000)));
        } finally {
            await end(site);
        }
    };
    if (traffic) {
        await site.traffic.during(2, observed);
    } else {
        await observed();
    }
    note(`resolved after ${await whenResolved(prometheus, alerts, 1_200_000)} s`);
}

/** The queries of a dashboard's panels, with the window that Grafana would use. */
function queriesOf(dashboard: string): readonly string[] {
    const queries: string[] = [];
    JSON.parse(dashboard, (key, value: unknown) => {
        if (key === "expr" && typeof value === "string") {
            queries.push(value.replaceAll("$__rate_interval", "1m").replaceAll("$__range", "10m"));
        }
        return value;
    });
    return queries;
}

function objectsOf({ declared }: Site, kind: string): readonly KubernetesObject[] {
    return declared.objects.filter((object) => object.kind === kind);
}

/** Needs a site with Prometheus' operator and the values of a monitored stack. */
export function alertExperiments(site: () => Site): void {
    let started: Prometheus | undefined;
    const prometheus = async (): Promise<Prometheus> => (started ??= await startPrometheus(site()));

    experiment(
        group,
        "Prometheus scrapes every node of the broker and every replica of the services",
        async (note) => {
            const { targets } = await prometheus();
            const pods = (await podsIn(site().cluster, prodNamespace)).filter(isReady);
            const services = pods.filter(
                ({ metadata }) => metadata.labels["app.kubernetes.io/component"] === "service",
            );
            const summary = async (): Promise<Readonly<Record<string, unknown>>> => {
                const all = await targets();
                const inPool = (pattern: RegExp): number =>
                    all.filter(({ scrapePool, health }) => pattern.test(scrapePool) && health === "up")
                        .length;
                return {
                    broker: inPool(/^serviceMonitor\/spot-prod\/rabbitmq\/0/),
                    queues: inPool(/^serviceMonitor\/spot-prod\/rabbitmq\/1/),
                    services: inPool(/^podMonitor\/spot-prod\/spot-services/),
                    problems: all
                        .filter(({ health }) => health !== "up")
                        .map(({ scrapeUrl, lastError }) => `${scrapeUrl}: ${lastError}`),
                };
            };
            const expected = { broker: 3, queues: 3, services: services.length, problems: [] };
            await expect.poll(summary, { timeout: 240_000, interval: 2_000 }).toEqual(expected);
            note(`${6 + services.length} targets up`);
        },
    );

    experiment(group, "every alert rule of the stack is loaded and can be evaluated", async (note) => {
        const declared = objectsOf(site(), "PrometheusRule")
            .flatMap((object) => ruleShape.parse(object).spec.groups)
            .flatMap(({ rules }) => rules.map(({ alert }) => alert))
            .sort();
        const { rules } = await prometheus();
        await expect
            .poll(async () => (await rules()).map(({ name }) => name).sort(), {
                timeout: 180_000,
                interval: 2_000,
            })
            .toEqual(declared);
        await expect
            .poll(
                async () =>
                    (await rules())
                        .filter(({ health }) => health !== "ok")
                        .map(({ name, health, lastError }) => `${name}: ${health}: ${lastError ?? ""}`),
                { timeout: 180_000, interval: 2_000 },
            )
            .toEqual([]);
        note(`${declared.length} rules of ${new Set(declared).size} alerts`);
    });

    experiment(group, "no alert fires while everything works", async (note) => {
        const { rules } = await prometheus();
        await site().traffic.during(1, () => sleep(120_000));
        const active = (await rules()).filter(({ state }) => state === "firing").map(({ name }) => name);
        expect(active).toEqual([]);
        note("two minutes with traffic");
    });

    experiment(group, "every query of the dashboards returns series", async (note) => {
        const { seriesOf } = await prometheus();
        const queries = objectsOf(site(), "ConfigMap")
            .filter((object) => dashboardShape.safeParse(object).success)
            .flatMap((object) => Object.values(dashboardShape.parse(object).data).flatMap(queriesOf));
        const empty: string[] = [];
        await site().traffic.during(2, async () => {
            await sleep(60_000);
            for (const query of queries) {
                if ((await seriesOf(query)) === 0) {
                    empty.push(query);
                }
            }
        });
        const unexpected = empty.filter((query) => !usuallyEmpty.some((part) => query.includes(part)));
        expect(unexpected).toEqual([]);
        note(`${queries.length} queries, ${empty.length} about failures that did not happen`);
    });

    for (const [key, disturbance] of Object.entries<Disturbance>(disturbances)) {
        experiment(group, `the alerts about ${disturbance.name} fire and resolve`, async (note) => {
            const traffic = ["services", "stores", "resources"].includes(key);
            await expectAlerts(site(), await prometheus(), disturbance, note, traffic);
        });
    }
}

/** Metrics of failures: a counter exists from its first event on. */
const usuallyEmpty: readonly string[] = [
    "spot_messages_failed_total",
    "spot_publishes_failed_total",
    "spot_database_errors_total",
    "spot_mails_incomplete_total",
    "spot_parser_kills_total",
];
