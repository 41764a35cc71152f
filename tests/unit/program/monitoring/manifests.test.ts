import {
    type IPrometheusRule,
    PrometheusRule,
} from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import {
    type IServiceMonitor,
    ServiceMonitor,
} from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { alertGroups, dashboards } from "@spot-messaging/topology/alerts";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { describe, expect, it } from "vitest";
import { toDashboardArgs } from "../../../../packages/pulumi/src/kubernetes/monitoring/dashboardConfigMap.ts";
import { toPrometheusRuleArgs } from "../../../../packages/pulumi/src/kubernetes/monitoring/prometheusRule.ts";
import {
    scrapedLabels,
    toServiceMonitorArgs,
} from "../../../../packages/pulumi/src/kubernetes/monitoring/serviceMonitor.ts";
import { devTopology } from "../../environments.ts";

const topology = devTopology("4.3", {});
const tls = { secret: "rabbitmq-tls", serverName: "rabbitmq.spot.svc" };
const cluster = { name: "rabbitmq", namespace: "spot", vhosts: ["spot"], tls };
const monitoring = { namespace: "monitoring", labels: { release: "kube-prometheus-stack" } };
const matchers = scrapedLabels(cluster);
const groups = alertGroups(topology, { matchers, nodes: 3, target: "--stack prod" });
const drawn = dashboards({ topology, prefix: "spot-messaging-prod", matchers, nodes: 3 });

/** Against the schemas of the Prometheus operator's definitions. Not proved here: what an API server makes of them. */
describe("the manifests for Prometheus and Grafana", () => {
    it("scrape both endpoints by TLS, and keep the metrics of single queues that alerts and dashboards use", () => {
        const manifest = toServiceMonitorArgs(cluster, monitoring);
        new ServiceMonitor(manifest as unknown as IServiceMonitor).validate(); // validates every field
        expect(manifest.metadata).toEqual({
            name: "rabbitmq",
            namespace: "spot",
            labels: { release: "kube-prometheus-stack" },
        });
        const { endpoints, selector } = manifest.spec as unknown as IServiceMonitor["spec"]; // as validated
        expect(selector.matchLabels).toEqual({
            "app.kubernetes.io/name": "rabbitmq",
            "app.kubernetes.io/component": "rabbitmq",
        });
        expect(endpoints.map(({ port, scheme, path, interval }) => [port, scheme, path, interval])).toEqual([
            ["prometheus-tls", "https", "/metrics", "15s"],
            ["prometheus-tls", "https", "/metrics/detailed", "15s"],
        ]);
        expect(endpoints.map(({ tlsConfig }) => tlsConfig)).toEqual(
            Array.from({ length: 2 }, () => ({
                ca: { secret: { name: "rabbitmq-tls", key: "ca.crt" } },
                serverName: "rabbitmq.spot.svc",
            })),
        );
        const [keep] = endpoints[1]?.metricRelabelings ?? [];
        const kept = new RegExp(`^(?:${keep?.regex ?? ""})$`);
        const asked = JSON.stringify([groups, drawn]).match(/rabbitmq_detailed_\w+/g) ?? [];
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.filter((metric) => !kept.test(metric))).toEqual([]);
        expect(kept.test("rabbitmq_detailed_raft_commit_index")).toBe(false);
    });

    it("scrape without TLS where the broker listens so", () => {
        const manifest = toServiceMonitorArgs({ ...cluster, tls: undefined }, monitoring);
        new ServiceMonitor(manifest as unknown as IServiceMonitor).validate(); // validates every field
        expect(JSON.stringify(manifest)).not.toMatch(/tls/i);
    });

    it("hold every alert, one object for each group, under a name that Kubernetes takes", () => {
        const manifests = groups.map((group) => toPrometheusRuleArgs(cluster, monitoring, group));
        for (const manifest of manifests) {
            new PrometheusRule(manifest as unknown as IPrometheusRule).validate(); // validates every field
        }
        const names = manifests.map(({ metadata }) => (metadata as { name: string }).name);
        const owners = [
            "platform",
            ...topology.services.flatMap(({ name, workload }) => (workload ? [name] : [])),
        ];
        expect(names).toEqual([
            "rabbitmq-broker",
            ...owners.sort().map((each) => `rabbitmq-queues-of-${each}`),
        ]);
        const rules = manifests.flatMap(({ spec }) => spec.groups.flatMap((group) => group.rules));
        expect(rules.length).toBe(groups.flatMap(({ alerts }) => alerts).length);
    });

    it("link every alert to its runbook, if the program has one", () => {
        const runbookUrl = (alert: string): string => `https://example.com/runbooks/${alert}`;
        const manifests = groups.map((group) => toPrometheusRuleArgs(cluster, monitoring, group, runbookUrl));
        for (const manifest of manifests) {
            new PrometheusRule(manifest as unknown as IPrometheusRule).validate(); // validates every field
        }
        const rules = manifests.flatMap(({ spec }) => spec.groups.flatMap((group) => group.rules));
        expect(rules.map(({ annotations }) => annotations.runbook_url)).toEqual(
            rules.map(({ alert }) => runbookUrl(alert)),
        );
    });

    it("are refused when a field is not what the definition says", () => {
        const manifest = toServiceMonitorArgs(cluster, monitoring);
        const broken = { ...manifest, spec: { ...manifest.spec, endpoints: [{ interval: "soon" }] } };
        expect(() => {
            new ServiceMonitor(broken as unknown as IServiceMonitor).validate(); // wrong on purpose
        }).toThrow(/interval/);
    });

    it("tell the dashboards of two stacks apart, however long their names are", () => {
        const long = "spot-messaging-of-a-department-with-a-long-name";
        const identifiers = ["prod", "staging"].flatMap((stack) =>
            dashboards({ topology, prefix: `${long}-${stack}`, matchers, nodes: 3 }).map(
                ({ identifier }) => identifier,
            ),
        );
        expect(new Set(identifiers).size).toBe(identifiers.length);
        expect(identifiers.every(({ length }) => length <= 40)).toBe(true);
    });

    it("hold every dashboard for Grafana's sidecar, below the size of an object", () => {
        const manifests = drawn.map((dashboard) => toDashboardArgs(cluster, dashboard));
        for (const manifest of manifests) {
            new ConfigMap(manifest as ConstructorParameters<typeof ConfigMap>[0]).validate();
            const [[file, text] = ["", ""]] = Object.entries(manifest.data ?? {});
            const { uid, title } = JSON.parse(text) as { readonly uid: string; readonly title: string }; // of a dashboard
            expect(title).toMatch(/^spot-messaging-prod \/ /);
            // The sidecar puts the files of every stack into one folder.
            expect(file).toBe(`${uid}.json`);
            expect(uid).toMatch(/^spot-messaging-prod-/);
            expect(text.length).toBeLessThan(1_000_000);
        }
        expect(manifests.map(({ metadata }) => [metadata?.name, metadata?.labels])).toEqual([
            ["rabbitmq-dashboard-broker", { grafana_dashboard: "1" }],
            ["rabbitmq-dashboard-queues", { grafana_dashboard: "1" }],
        ]);
    });
});
