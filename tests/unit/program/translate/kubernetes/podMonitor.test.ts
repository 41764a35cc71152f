import { expect, it } from "vitest";
import { z } from "zod";
import { podsOf } from "../../../../../src/services/kubernetes/place.ts";
import { toPodMonitorArgs } from "../../../../../src/services/kubernetes/podMonitor.ts";
import { devTopology } from "../../../environments.ts";

const relabelings = z.object({
    spec: z.object({
        podMetricsEndpoints: z.tuple([
            z.object({
                relabelings: z.array(
                    z.object({
                        action: z.literal("replace"),
                        sourceLabels: z.tuple([
                            z.literal("__meta_kubernetes_pod_label_app_kubernetes_io_name"),
                        ]),
                        regex: z.string(),
                        targetLabel: z.literal("service"),
                        replacement: z.string(),
                    }),
                ),
            }),
        ]),
    }),
});

it("gives the metrics of every service the name that its alerts select", () => {
    const services = devTopology("4.3").services.filter(({ workload }) => workload !== undefined);
    const args = toPodMonitorArgs("spot-prod", { namespace: "monitoring", labels: {} }, services);
    const [{ relabelings: rules }] = relabelings.parse(args).spec.podMetricsEndpoints;
    const labels = services.map((service) => {
        const pod = podsOf({ namespace: "spot-prod", service })["app.kubernetes.io/name"] ?? "";
        // As Prometheus matches: the whole value.
        return rules
            .filter(({ regex }) => new RegExp(`^(?:${regex})$`).test(pod))
            .map(({ replacement }) => replacement);
    });
    expect(labels).toEqual(services.map(({ name }) => [name]));
    expect(services.map(({ name }) => name)).toContain("analyzer.links");
});
