import { duration } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { serviceAlertGroups } from "../../../src/monitoring/serviceAlerts.ts";
import { serviceMetrics } from "../../../src/monitoring/serviceMetrics.ts";
import { servicesDashboard } from "../../../src/monitoring/servicesDashboard.ts";
import { queriesOf } from "../../support/dashboardQueries.ts";
import { asked } from "../../support/promql.ts";
import { devTopology } from "../environments.ts";

const topology = devTopology("4.3", {});
const analysisDeadline = duration("2 minutes");

function expressions(matchers: Readonly<Record<string, string>>): readonly string[] {
    return [
        ...serviceAlertGroups({ topology, matchers, target: "--stack dev", analysisDeadline }).flatMap(
            ({ alerts }) => alerts.map(({ expression }) => expression),
        ),
        ...queriesOf(servicesDashboard({ topology, prefix: "spot", matchers, nodes: undefined })),
    ];
}

/** What Prometheus makes of the alerts is tested in tests/alerts; whether the services have the metrics, in tests/broker/services.test.ts. */
describe("the alerts and the dashboard of the services", () => {
    it("are PromQL and use every metric that is listed, and no other", () => {
        const used = expressions({}).flatMap((each) => asked(each).map(({ metric }) => metric));
        expect([...new Set(used.map((metric) => metric.replace(/_bucket$/u, "")))].sort()).toEqual(
            Object.values(serviceMetrics).sort(),
        );
    });

    it("select the services of one stack in every selector", () => {
        for (const expression of expressions({ namespace: "spot-prod" })) {
            const selectors = expression.match(/spot_\w+(?:\{[^}]*\})?/gu) ?? [];
            expect(selectors.filter((each) => !each.includes('namespace="spot-prod"'))).toEqual([]);
        }
    });

    it("watch every deployed service and no other", () => {
        const deployed = topology.services.filter(({ workload }) => workload !== undefined);
        const watched = serviceAlertGroups({ topology, matchers: {}, target: "", analysisDeadline })
            .flatMap(({ alerts }) => alerts)
            .filter(({ name }) => name === "ServiceDown")
            .map(({ labels }) => labels["service"]);
        expect(watched).toEqual(deployed.map(({ name }) => name));
    });
});
