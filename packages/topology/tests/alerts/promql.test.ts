import { describe, expect, it } from "vitest";
import { queriesOf } from "../../../../tests/support/dashboardQueries.ts";
import { asked, exposed, missing } from "../../../../tests/support/promql.ts";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { alertGroups } from "../../src/alerts/alertGroups.ts";
import { dashboards } from "../../src/dashboards/index.ts";
import { brokerVersions } from "../../src/model/index.ts";

describe("what expressions ask for", () => {
    it("is every metric with the labels of its matchers and of the aggregations around it", () => {
        expect(
            asked(
                'sum by (queue) (rate(a{vhost="spot"}[5m])) > on () max(b{instance="x"}) or topk(3, c offset 1m)',
            ),
        ).toEqual([
            { metric: "a", labels: ["vhost", "queue"] },
            { metric: "b", labels: [] },
            { metric: "c", labels: [] },
        ]);
    });

    it.each(["sum(", "a{b=}", "rate(a[5 bananas])", "a b"])("is refused if it is not PromQL: %s", (text) => {
        expect(() => asked(text)).toThrow("no PromQL");
    });
});

describe("what is missing", () => {
    const metrics = exposed(
        ["# HELP a help", "# TYPE a gauge", 'a{vhost="s}p ot",queue="q\\"x"} 3', "a 1", "b 1.5e3", ""].join(
            "\n",
        ),
    );

    it.each([
        { expression: 'sum by (queue) (a{vhost="x"}) + b', problems: [] },
        { expression: "made_up", problems: ["metric made_up does not exist"] },
        { expression: "sum by (exchange) (a)", problems: ["metric a has no label exchange"] },
        { expression: 'b{vhost="x"}', problems: ["metric b has no label vhost"] },
    ])("in $expression", ({ expression, problems }) => {
        expect(missing([expression], metrics)).toEqual(problems);
    });
});

describe.each(brokerVersions)("on RabbitMQ %s", (version) => {
    it("all alerts and dashboards are PromQL", () => {
        const topology = sampleTopology(version, {});
        const alerts = alertGroups(topology, { matchers: { job: "a" }, nodes: 3, target: "" }).flatMap(
            (group) => group.alerts,
        );
        const queries = dashboards({ topology, prefix: "spot", matchers: { job: "a" }, nodes: 3 }).flatMap(
            queriesOf,
        );
        const expressions = [...alerts.map(({ expression }) => expression), ...queries];
        expect(expressions.length).toBeGreaterThan(150);
        for (const expression of expressions) {
            expect(asked(expression).length, expression).toBeGreaterThan(0);
        }
    });
});
