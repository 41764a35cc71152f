import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertGroups } from "@spot-messaging/topology/alerts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Alert } from "../../packages/topology/src/alerts/alert.ts";
import { renderRulesFile } from "../../packages/topology/src/alerts/rulesFile.ts";
import { set } from "../../packages/topology/tests/checks/edits.ts";
import { runPromtool } from "../support/promtool.ts";
import { devTopology } from "../unit/environments.ts";
import { type Expected, type Scenario, scenarios } from "./scenarios.ts";
import { end, healthy, interval } from "./series.ts";

/** One analyzer is enough: the queues of the others differ only in their names, and Prometheus evaluates every rule every minute. */
const dev = devTopology("4.3", { analyzers: '["links"]' });
/** No work queue of spot has a deadline; one of them gets one here, so that the alert about deadlines is evaluated, too. */
const topology = set("analyzer-orchestrator", { "message-ttl": 120_000 })(dev);
const groups = alertGroups(topology, { matchers: {}, nodes: 3, target: "--stack dev" });
const alerts = groups.flatMap((group) => group.alerts);
const names = [...new Set(alerts.map(({ name }) => name))].sort();

/**
 * Prometheus' own evaluation of the dev stack's alerts, on a cluster of three nodes: series go in, firing alerts come out. Every scenario
 * names exactly the alerts that fire, of all alerts of all queues, with all their labels and words. Not proved here: that a broker has
 * these
 * series; see tests/broker/metrics.test.ts.
 */
describe("the alerts, evaluated by Prometheus", () => {
    let folder: string;

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "alerts-"));
        await writeFile(join(folder, "rules.yaml"), renderRulesFile(groups, "alerts under test"));
    });

    afterAll(async () => {
        await rm(folder, { recursive: true, force: true });
    });

    it("are valid, distinct rules", async () => {
        const { code, output } = await runPromtool(folder, "check", "rules", "rules.yaml");
        expect(output).toContain(`SUCCESS: ${alerts.length} rules found`);
        expect(code).toBe(0);
    });

    it.each(scenarios)("$name", async (scenario) => {
        await writeFile(join(folder, "test.yaml"), stringify(testFile(scenario)));
        const { code, output } = await runPromtool(folder, "test", "rules", "test.yaml");
        expect(output).toContain("SUCCESS");
        expect(code).toBe(0);
    });

    it("each fire in at least one scenario", () => {
        const firing = scenarios.flatMap(({ expected }) => expected.map(({ alert }) => alert));
        expect([...new Set(firing)].sort()).toEqual(names);
    });

    it("fail the test of a scenario that expects another alert", async () => {
        const [first] = scenarios.filter(({ expected }) => expected.length > 0);
        await writeFile(
            join(folder, "test.yaml"),
            stringify(testFile({ name: "", series: {}, expected: first?.expected ?? [] })),
        );
        expect(await runPromtool(folder, "test", "rules", "test.yaml")).toMatchObject({ code: 1 });
    });
});

/** A scenario as promtool reads it. */
function testFile({ series, expected }: Scenario): object {
    const all = new Map([...healthy(topology), ...Object.entries(series)]);
    return {
        rule_files: ["rules.yaml"],
        evaluation_interval: "1m",
        tests: [
            {
                interval,
                input_series: [...all].map(([name, values]) => ({ series: name, values })),
                alert_rule_test: names.map((alertname) => ({
                    eval_time: end,
                    alertname,
                    exp_alerts: expected
                        .filter(({ alert }) => alert === alertname)
                        .map((each) => ({ exp_labels: each.labels, exp_annotations: annotations(each) })),
                })),
            },
        ],
    };
}

/** The annotations of the rule with their templates filled in. */
function annotations({ alert, labels, rendered = {} }: Expected): Pick<Alert, "summary" | "description"> {
    const rule = alerts.find(
        ({ name, labels: own }) =>
            name === alert && (own["queue"] === undefined || own["queue"] === labels["queue"]),
    );
    const fill = (text = ""): string =>
        Object.entries(rendered).reduce(
            (filled, [template, value]) => filled.replaceAll(template, value),
            text,
        );
    return { summary: fill(rule?.summary), description: fill(rule?.description) };
}
