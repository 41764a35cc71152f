import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { z } from "zod";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { AlertWatch, whenResolved, windowOf } from "../disturbances/alertWatch.ts";
import { whenWhole } from "../disturbances/deployments.ts";
import type { Disturbance } from "../disturbances/disturbance.ts";
import { disturbances } from "../disturbances/disturbances.ts";
import { experiment, type Note } from "../support/experiment.ts";
import { isReady, podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import { type LoadedRule, type Prometheus, startPrometheus } from "../support/prometheus.ts";
import type { Site } from "../support/site.ts";

const group = "Monitoring";

/** Each step of a disturbance, until its alerts are active. */
const awaitedMilliseconds = 360_000;
/** The longest window, in seconds, whose end is awaited. */
const longestWindow = 900;

const ruleShape = z.object({
    spec: z.object({
        groups: z.array(z.object({ rules: z.array(z.looseObject({ alert: z.string(), expr: z.string() })) })),
    }),
});
const dashboardShape = z.object({
    metadata: z.object({ labels: z.object({ grafana_dashboard: z.literal("1") }) }),
    data: z.record(z.string(), z.string()),
});

async function expectAlerts(
    site: Site,
    prometheus: Prometheus,
    { alerts, windowed, rate = 0, begin, end }: Disturbance,
    note: Note,
): Promise<void> {
    const watch = new AlertWatch(prometheus);
    const active = async (...names: readonly string[]): Promise<void> => {
        await watch.active(names, awaitedMilliseconds);
    };
    const observed = async (): Promise<void> => {
        try {
            await begin(site, active);
            await active(...alerts, ...windowed);
        } finally {
            await end(site);
        }
    };
    if (rate > 0) {
        await site.traffic.during(rate, observed);
    } else {
        await observed();
    }
    const expected = new Set([...alerts, ...windowed]);
    note(
        watch.seen
            .filter(({ name }) => expected.has(name))
            .map(({ name, state, after }) => `${name} ${state} after ${after} s`)
            .join(", "),
    );
    note(`resolved after ${await whenResolved(prometheus, ({ name }) => alerts.includes(name), 300_000)} s`);
    await whenWhole(site);
}

/** The queries of a dashboard's panels, with a window in the place of Grafana's. */
function queriesOf(dashboard: string, window: string): readonly string[] {
    const queries: string[] = [];
    JSON.parse(dashboard, (key, value: unknown) => {
        if (key === "expr" && typeof value === "string") {
            queries.push(value.replaceAll("$__rate_interval", window).replaceAll("$__range", "10m"));
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

    experiment(group, "no alert is active while everything works", async (note) => {
        const { rules } = await prometheus();
        await site().traffic.during(1, () => sleep(120_000));
        const active = (await rules()).filter(({ state }) => state !== "inactive").map(({ name }) => name);
        // The disk is this machine's, on which images are built.
        expect(active.filter((name) => name !== "DiskFillsUp")).toEqual([]);
        note("two minutes with traffic");
    });

    for (const disturbance of disturbances) {
        experiment(group, `the alerts about ${disturbance.name} fire and resolve`, async (note) => {
            await expectAlerts(site(), await prometheus(), disturbance, note);
        });
    }

    experiment(group, "alerts about what happened within a window resolve when it is over", async (note) => {
        const names = new Set(disturbances.flatMap(({ windowed }) => windowed));
        const isShort = ({ name, query }: LoadedRule): boolean =>
            names.has(name) && windowOf(query) <= longestWindow;
        const seconds = await whenResolved(await prometheus(), isShort, 720_000);
        note(`${seconds} s after the last disturbance`);
    });

    experiment(group, "every query of the dashboards returns series", async (note) => {
        const { seriesOf } = await prometheus();
        const dashboards = objectsOf(site(), "ConfigMap")
            .filter((object) => dashboardShape.safeParse(object).success)
            .flatMap((object) => Object.values(dashboardShape.parse(object).data));
        const within = (window: string): readonly string[] =>
            dashboards.flatMap((dashboard) => queriesOf(dashboard, window));
        const [queries, queriesOfHour] = [within("1m"), within("1h")];
        const empty: string[] = [];
        let past = 0;
        await site().traffic.during(2, async () => {
            await sleep(60_000);
            for (const [index, query] of queries.entries()) {
                if ((await seriesOf(query)) === 0) {
                    past += 1;
                    // About what only a disturbance does, in a process that it ended.
                    if ((await seriesOf(queriesOfHour[index] ?? "")) === 0) {
                        empty.push(query);
                    }
                }
            }
        });
        expect(empty).toEqual([]);
        note(`${queries.length} queries, ${past} of them about the last hour`);
    });
}
