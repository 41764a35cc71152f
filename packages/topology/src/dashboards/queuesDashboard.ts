import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { queueMetrics, selector } from "../alerts/metrics.ts";
import { harmfulBounds, nearlyFull, waitLimit } from "../alerts/queues/thresholds.ts";
import { type WatchedQueue, watchedQueues } from "../alerts/queues/watchedQueue.ts";
import { formatBytes, formatDuration } from "../model/index.ts";
import { type Dashboard, type DashboardScope, dashboard, type Row } from "./dashboard.ts";
import { rateWindow, timeSeries } from "./panel.ts";

/** All queues, in a row per service. Dead letters are shown with their source queue. */
export function queuesDashboard(scope: DashboardScope): Dashboard {
    const queues = watchedQueues(scope.topology);
    const shown = queues.filter(({ deadLettersOf }) => deadLettersOf.length === 0);
    const titles = [...new Set(shown.map(titleOf))].sort();
    return dashboard(
        scope,
        "queues",
        "queues",
        titles.map(
            (title): Row => ({
                title,
                panels: shown
                    .filter((queue) => titleOf(queue) === title)
                    .flatMap((queue) => panelsOf(queue, deadLetterQueuesOf(queue, queues), scope)),
            }),
        ),
    );
}

function titleOf({ owner }: WatchedQueue): string {
    return owner === undefined ? "Without a service" : `Service ${owner}`;
}

function deadLetterQueuesOf(queue: WatchedQueue, queues: readonly WatchedQueue[]): readonly WatchedQueue[] {
    return queues.filter(
        ({ vhost, deadLettersOf }) => vhost === queue.vhost && deadLettersOf.includes(queue.name),
    );
}

function panelsOf(
    queue: WatchedQueue,
    deadLetterQueues: readonly WatchedQueue[],
    { matchers }: DashboardScope,
): readonly Builder<Panel>[] {
    const of = (metric: keyof typeof queueMetrics, { vhost, name } = queue): string =>
        selector(queueMetrics[metric], { ...matchers, vhost, queue: name });
    const gauge = (metric: keyof typeof queueMetrics, of_ = queue): string =>
        `max by (vhost, queue) (${of(metric, of_)})`;
    const rate = (...metrics: readonly (keyof typeof queueMetrics)[]): string =>
        metrics.map((metric) => `sum(rate(${of(metric)}[${rateWindow}]))`).join(" + ");
    const bounds = harmfulBounds(queue);
    return [
        timeSeries({
            title: `${queue.name}: messages`,
            description: queueDescription(queue),
            queries: [
                { expression: gauge("ready"), legend: "ready" },
                { expression: gauge("unacknowledged"), legend: "unacknowledged" },
                ...deadLetterQueues.map((each) => ({
                    expression: gauge("ready", each),
                    legend: "dead letters",
                })),
            ],
            ...(bounds?.messages !== undefined && { bad: bounds.messages * nearlyFull }),
            width: 8,
        }),
        timeSeries({
            title: `${queue.name}: rates`,
            description: "In above out: the queue grows. Redelivered: messages fail and are requeued.",
            queries: [
                { expression: rate("published"), legend: "in" },
                {
                    expression: rate(
                        "deliveredToConsumers",
                        "deliveredUnacknowledged",
                        "got",
                        "gotUnacknowledged",
                    ),
                    legend: "out",
                },
                { expression: rate("acknowledged"), legend: "acknowledged" },
                { expression: rate("redelivered"), legend: "redelivered" },
            ],
            unit: "cps",
            width: 8,
        }),
        timeSeries({
            title: `${queue.name}: consumers and fill`,
            description:
                queue.consumers.length === 0
                    ? "No service is declared to consume it."
                    : `Consumed by ${queue.consumers.join(", ")}. Without consumers its messages wait.`,
            queries: [
                { expression: gauge("consumers"), legend: "consumers" },
                ...(bounds?.messages === undefined
                    ? []
                    : [
                          {
                              expression: `100 * ${gauge("ready")} / ${bounds.messages}`,
                              legend: "% of the messages allowed",
                          },
                      ]),
                ...(bounds?.bytes === undefined
                    ? []
                    : [
                          {
                              expression: `100 * ${gauge("readyBytes")} / ${bounds.bytes}`,
                              legend: "% of the bytes allowed",
                          },
                      ]),
            ],
            width: 8,
        }),
    ];
}

/** The declared properties of a queue. */
function queueDescription(queue: WatchedQueue): string {
    const { maxMessages, maxBytes, deadline, jobLimit, refuses, type } = queue;
    const limit = waitLimit(queue);
    return [
        `${type} queue.`,
        ...(maxMessages === undefined ? [] : [`At most ${maxMessages} messages.`]),
        ...(maxBytes === undefined ? [] : [`At most ${formatBytes(maxBytes)}.`]),
        ...(type === "stream" || (maxMessages === undefined && maxBytes === undefined)
            ? []
            : [
                  refuses
                      ? "When full, it rejects new messages."
                      : "When full, it drops or dead-letters its oldest messages.",
              ]),
        ...(deadline === undefined ? [] : [`Messages expire after ${formatDuration(deadline)}.`]),
        ...(jobLimit === undefined ? [] : [`A job may take ${formatDuration(jobLimit)}.`]),
        ...(limit === undefined
            ? []
            : [`An alert fires if a message waits longer than ${formatDuration(limit)}.`]),
    ].join(" ");
}
