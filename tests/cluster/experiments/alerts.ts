import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { type Seen, whenFired, whenResolved } from "../support/alertWatch.ts";
import { type Disturbance, disturbances } from "../support/disturbances.ts";
import { experiment, type Note } from "../support/experiment.ts";
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

function described(seen: ReadonlyMap<string, Seen>): string {
    return [...seen].map(([name, { after, state }]) => `${name} ${state} after ${after} s`).join(", ");
}

async function expectAlerts(
    site: Site,
    prometheus: Prometheus,
    { alerts, windowed, begin, end }: Disturbance,
    note: Note,
    traffic = false,
): Promise<void> {
    const observed = async (): Promise<void> => {
        try {
            await begin(site);
            note(described(await whenFired(prometheus, [...alerts, ...windowed], 360_000)));
        } finally {
            await end(site);
        }
    };
    if (traffic) {
        await site.traffic.during(2, observed);
    } else {
        await observed();
    }
    note(`resolved after ${await whenResolved(prometheus, alerts, 300_000)} s`);
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

/** Queries about what a healthy stack does not do. */
const usuallyEmpty: readonly string[] = [
    // No commands, no unroutable messages: a queue has counters from its first message on.
    'queue="admin.',
    'queue="unrouted"',
    // Failures, whose counters begin with the first one.
    'state!="completed"',
    "spot_messages_failed_total",
    "spot_publishes_failed_total",
    "spot_database_errors_total",
    "spot_mails_incomplete_total",
    "spot_parser_kills_total",
    // Only services without a connection.
    "== 0",
];

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
        note(`${queries.length} queries, ${empty.length} about what did not happen`);
    });

    for (const [key, disturbance] of Object.entries<Disturbance>(disturbances)) {
        experiment(group, `the alerts about ${disturbance.name} fire and resolve`, async (note) => {
            const traffic = key === "resources";
            await expectAlerts(site(), await prometheus(), disturbance, note, traffic);
        });
    }
}
