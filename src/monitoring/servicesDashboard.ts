import {
    type Dashboard,
    type DashboardScope,
    dashboard,
    rateWindow,
    stat,
    timeSeries,
} from "@spot-messaging/topology/alerts";
import { completedObjective, failedShare, urgentQuantile } from "./objectives.ts";
import { serviceQuery } from "./serviceQuery.ts";

/** The objectives of the services, and every service from its own metrics. */
export function servicesDashboard(scope: DashboardScope): Dashboard {
    const query = serviceQuery(scope.matchers);
    const { series, quantile } = query;
    const rate = (metric: Parameters<typeof series>[0], by: string, more = ""): string =>
        `sum by (${by}) (rate(${series(metric, more)}[${rateWindow}]))`;
    return dashboard(scope, "services", "services", [
        {
            title: "Objectives",
            panels: [
                stat({
                    title: "Error budget left",
                    description: `Of the analyses of 30 days, ${completedObjective * 100} % must end with a verdict. At 0 the budget is used up.`,
                    queries: [
                        {
                            expression: `1 - ${failedShare(query, "30d")} / ${Number((1 - completedObjective).toFixed(4))}`,
                            legend: "left",
                        },
                    ],
                    unit: "percentunit",
                    width: 6,
                }),
                stat({
                    title: "Services that are not ready",
                    description: "No replica can do its job; their messages wait.",
                    queries: [
                        {
                            expression: `count(max by (service) (${series("ready")}) == 0) or vector(0)`,
                            legend: "services",
                        },
                    ],
                    bad: 1,
                    width: 6,
                }),
                stat({
                    title: "Analyses without a result",
                    description: "Of all replicas together.",
                    queries: [
                        {
                            expression: `max by (urgency) (${series("analysesRunning")})`,
                            legend: "{{urgency}}",
                        },
                    ],
                    width: 6,
                }),
                stat({
                    title: "Paused queues",
                    description: "A mail server or webhook does not answer; notifications wait in order.",
                    queries: [
                        {
                            expression: `sum(max by (service, queue) (${series("consumptionPaused")})) or vector(0)`,
                            legend: "queues",
                        },
                    ],
                    bad: 1,
                    width: 6,
                }),
            ],
        },
        {
            title: "E-mails",
            panels: [
                timeSeries({
                    title: "Submissions, by outcome",
                    description:
                        "refused: the sender tries again later. unknown: the broker has not answered yet.",
                    queries: [{ expression: rate("submissions", "outcome"), legend: "{{outcome}}" }],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Analyses, by how they ended",
                    description: "failed: the deadline came first, or an analyzer failed for good.",
                    queries: [
                        { expression: rate("analyses", "state, urgency"), legend: "{{urgency}} {{state}}" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Time to the verdict",
                    description: `The median and the ${urgentQuantile * 100} % quantile, by urgency.`,
                    queries: [0.5, urgentQuantile].map((each) => ({
                        expression: quantile(each, "analysisSeconds", ["urgency"], rateWindow),
                        legend: `{{urgency}} p${each * 100}`,
                    })),
                    unit: "s",
                    width: 8,
                }),
                timeSeries({
                    title: "Bytes of uploads in flight",
                    description: "The gateway refuses e-mails above its limit.",
                    queries: [
                        {
                            expression: `sum by (instance) (${series("uploadBytes")})`,
                            legend: "{{instance}}",
                        },
                    ],
                    unit: "bytes",
                    width: 8,
                }),
                timeSeries({
                    title: "Hostile e-mails",
                    description: "Read only in part because of a budget, and parsers that were killed.",
                    queries: [
                        {
                            expression: rate("mailsIncomplete", "analyzer, budget"),
                            legend: "{{analyzer}}: {{budget}}",
                        },
                        { expression: rate("parserKills", "analyzer"), legend: "{{analyzer}}: killed" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Results and notifications",
                    description: "repeated: sent again, because the answer to the attempt before was lost.",
                    queries: [
                        { expression: rate("results", "state"), legend: "result {{state}}" },
                        {
                            expression: rate("notifications", "channel, outcome"),
                            legend: "{{channel}} {{outcome}}",
                        },
                    ],
                    unit: "cps",
                    width: 8,
                }),
            ],
        },
        {
            title: "Messages",
            panels: [
                timeSeries({
                    title: "Processed, by queue and outcome",
                    description: "done is good; requeue and delay are retries; expired came too late.",
                    queries: [
                        { expression: rate("processed", "queue, outcome"), legend: "{{queue}} {{outcome}}" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Failed, by reason",
                    description: "The kind of error of each failed delivery.",
                    queries: [
                        { expression: rate("failed", "queue, reason"), legend: "{{queue}} {{reason}}" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Age when processing starts",
                    description: "The 95 % quantile, by queue: how long messages wait.",
                    queries: [
                        {
                            expression: quantile(0.95, "age", ["queue"], rateWindow, 'at="start"'),
                            legend: "{{queue}}",
                        },
                    ],
                    unit: "s",
                    width: 8,
                }),
                timeSeries({
                    title: "In flight",
                    description: "Deliveries that are being processed now.",
                    queries: [{ expression: `sum by (queue) (${series("inFlight")})`, legend: "{{queue}}" }],
                    width: 8,
                }),
                timeSeries({
                    title: "Time to the broker's confirm",
                    description: "The 95 % quantile, by service.",
                    queries: [
                        {
                            expression: quantile(0.95, "confirmSeconds", ["service"], rateWindow),
                            legend: "{{service}}",
                        },
                    ],
                    unit: "s",
                    width: 8,
                }),
                timeSeries({
                    title: "Failed publishes and refused replies",
                    description: "Should be zero.",
                    queries: [
                        {
                            expression: rate("publishesFailed", "service, reason"),
                            legend: "{{service}} {{reason}}",
                        },
                        { expression: rate("repliesRefused", "queue"), legend: "{{queue}} refused replies" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
            ],
        },
        {
            title: "Connections, database and object store",
            panels: [
                timeSeries({
                    title: "Pools, share in use",
                    description: "At 100 % callers wait.",
                    queries: [
                        {
                            expression: `max by (service) (${series("channelsInUse")} / ${series("channelsLimit")})`,
                            legend: "{{service}} publish channels",
                        },
                        {
                            expression: `max by (service) (${series("databaseConnectionsInUse")} / ${series("databaseConnectionsLimit")})`,
                            legend: "{{service}} database connections",
                        },
                    ],
                    unit: "percentunit",
                    bad: 1,
                    width: 8,
                }),
                timeSeries({
                    title: "Database errors, by reason",
                    description: "Nothing is acknowledged that is not stored.",
                    queries: [
                        {
                            expression: rate("databaseErrors", "service, reason"),
                            legend: "{{service}} {{reason}}",
                        },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Object store, time of an operation",
                    description: "The 95 % quantile, by operation and outcome.",
                    queries: [
                        {
                            expression: quantile(0.95, "storeSeconds", ["operation", "outcome"], rateWindow),
                            legend: "{{operation}} {{outcome}}",
                        },
                    ],
                    unit: "s",
                    width: 8,
                }),
                timeSeries({
                    title: "Closed connections to the broker",
                    description: "Of all replicas of a service; should be zero.",
                    queries: [
                        {
                            expression: `sum by (service) (1 - ${series("connectionUp")})`,
                            legend: "{{service}}",
                        },
                    ],
                    width: 8,
                }),
            ],
        },
    ]);
}
