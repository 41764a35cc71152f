import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duration } from "@spot-messaging/topology";
import type { Alert } from "@spot-messaging/topology/alerts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { renderRulesFile } from "../../packages/topology/src/alerts/rulesFile.ts";
import { serviceAlertGroups } from "../../src/monitoring/serviceAlerts.ts";
import { runPromtool } from "../support/promtool.ts";
import { devTopology } from "../unit/environments.ts";
import { type ServiceScenario, serviceScenarios } from "./serviceScenarios.ts";

const topology = devTopology("4.3", { analyzers: '["links"]' });
const groups = serviceAlertGroups({
    topology,
    matchers: {},
    target: "--stack dev",
    analysisDeadline: duration("2 minutes"),
});
const alerts = groups.flatMap((group) => group.alerts);
const services = topology.services.flatMap(({ name, workload }) => (workload === undefined ? [] : [name]));

/**
 * Prometheus' own evaluation of the alerts about the services. Every scenario is a failure that ends: its alert fires with its labels and text
 * while it lasts, and is resolved at the end. Not proved here: that the services export these metrics; see tests/broker/services.test.ts.
 */
describe("the alerts about the services, evaluated by Prometheus", () => {
    let folder: string;

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "service-alerts-"));
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

    it.each(serviceScenarios)(
        "$alert fires and is resolved: $name",
        async (scenario) => {
            await writeFile(join(folder, "test.yaml"), stringify(testFile(scenario)));
            const { code, output } = await runPromtool(folder, "test", "rules", "test.yaml");
            expect(output).toContain("SUCCESS");
            expect(code).toBe(0);
        },
        180_000,
    );

    it("each fire in at least one scenario", () => {
        const names = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
        expect(names(serviceScenarios.map(({ alert }) => alert))).toEqual(
            names(alerts.map(({ name }) => name)),
        );
    });

    it("do not fire without traffic", async () => {
        const quiet: ServiceScenario = { name: "", alert: "", lasts: 60, series: {}, labels: {} };
        await writeFile(join(folder, "test.yaml"), stringify(testFile(quiet)));
        expect(await runPromtool(folder, "test", "rules", "test.yaml")).toMatchObject({ code: 0 });
    });

    /** A scenario as promtool reads it: the failure, then as long without it. */
    function testFile({
        series,
        lasts,
        alert,
        labels,
        rendered = {},
        windows = [],
        step = 1,
    }: ServiceScenario): object {
        const total = 2 * lasts + 420;
        const healthy = services.map((name) => [
            `spot_ready{service="${name}",instance="${name}:9464"}`,
            `1+0x${total}`,
        ]);
        const all = new Map([...healthy, ...Object.entries(series)].map(([key, value]) => [key, value]));
        const fill = (text = ""): string =>
            Object.entries({ ...rendered, ...templates(labels) }).reduce(
                (filled, [template, value]) => filled.replaceAll(template, value),
                text,
            );
        const firing = [labels, ...windows.map((window) => ({ ...labels, window }))].map((each) => {
            const rule = ruleOf(alert, each);
            return {
                exp_labels: { severity: rule?.severity, ...each },
                exp_annotations: { summary: fill(rule?.summary), description: fill(rule?.description) },
            };
        });
        const names = [...new Set(alerts.map(({ name }) => name))];
        return {
            rule_files: ["rules.yaml"],
            evaluation_interval: `${step}m`,
            tests: [
                {
                    interval: `${step}m`,
                    input_series: [...all].map(([name, values]) => ({ series: name, values })),
                    alert_rule_test: [lasts, total].flatMap((time, index) =>
                        names.map((alertname) => ({
                            eval_time: `${time * step}m`,
                            alertname,
                            exp_alerts: alertname === alert && index === 0 ? firing : [],
                        })),
                    ),
                },
            ],
        };
    }
});

/** The rule of an alert: one of several has the same queue, service or window. */
function ruleOf(name: string, labels: Readonly<Record<string, string>>): Alert | undefined {
    const agrees = (rule: Alert, label: string): boolean =>
        (rule.labels[label] ?? labels[label]) === labels[label];
    return alerts.find(
        (each) =>
            each.name === name && agrees(each, "window") && agrees(each, "service") && agrees(each, "queue"),
    );
}

function templates(labels: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(labels).map(([label, value]) => [`{{ $labels.${label} }}`, value]),
    );
}
