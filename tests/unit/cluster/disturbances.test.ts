import { alertGroups } from "@spot-messaging/topology/alerts";
import { describe, expect, it } from "vitest";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { serviceAlertGroups } from "../../../src/monitoring/serviceAlerts.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { windowOf } from "../../cluster/disturbances/alertWatch.ts";
import { disturbances } from "../../cluster/disturbances/disturbances.ts";
import { prodConfig } from "../environments.ts";

const { analysisDeadline, ...environment } = parseEnvironment("prod", prodConfig);
const topology = buildTopology({ analysisDeadline, ...environment });
const scope = { topology, matchers: {}, target: "--stack prod", analysisDeadline };
const alerts = [...alertGroups(topology, { ...scope, nodes: 3 }), ...serviceAlertGroups(scope)].flatMap(
    (each) => each.alerts,
);

describe("the disturbances on a real cluster", () => {
    it("cause every alert of the prod stack, and no other", () => {
        const caused = disturbances.flatMap((each) => [...each.alerts, ...each.windowed]);
        expect([...new Set(caused)].sort()).toEqual([...new Set(alerts.map(({ name }) => name))].sort());
    });

    it("have names of their own", () => {
        const names = disturbances.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
    });
});

describe("the window of an alert", () => {
    it.each([
        ["sum(increase(a[10m])) > 10", 600],
        ["sum(rate(a[1h])) > 0.1 and sum(rate(a[5m])) > 0.1", 300],
        ["increase(a[15m]) / increase(b[15m]) > 0.3 and on (queue) increase(b[15m]) > 20", 900],
        ["min_over_time(max by (queue) (a)[60s:15s]) > 0", 60],
        ["predict_linear(a[6h], 86400) < 3", 21_600],
    ])("of %s is %i s", (expression, seconds) => {
        expect(windowOf(expression)).toBe(seconds);
    });

    it("of an alert without one is endless, so that only its end resolves it", () => {
        expect(windowOf("max(a) > 0")).toBe(Number.POSITIVE_INFINITY);
    });
});
