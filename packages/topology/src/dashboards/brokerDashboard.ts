import { exchangeMetrics, nodeMetrics, queueMetrics, selector } from "../alerts/metrics.ts";
import { nearlyFull } from "../alerts/queues/thresholds.ts";
import { watchedQueues } from "../alerts/queues/watchedQueue.ts";
import { type Dashboard, type DashboardScope, dashboard } from "./dashboard.ts";
import { rateWindow, stat, timeSeries } from "./panel.ts";

/** The whole broker on one page: health, message rates and resources of its nodes. */
export function brokerDashboard(scope: DashboardScope): Dashboard {
    const { matchers, topology, nodes } = scope;
    const node = (metric: keyof typeof nodeMetrics): string => selector(nodeMetrics[metric], matchers);
    const rate = (metric: keyof typeof nodeMetrics): string => `sum(rate(${node(metric)}[${rateWindow}]))`;
    const inVhosts = (metric: string): string =>
        topology.vhosts.map(({ name }) => selector(metric, { ...matchers, vhost: name })).join(" or ");
    const answering = `count(${node("build")}) or vector(0)`;
    const queues = watchedQueues(topology);
    const kept = (chosen: typeof queues): string =>
        chosen.length === 0
            ? "vector(0)"
            : `sum(max by (vhost, queue) (${chosen.map(({ vhost, name }) => selector(queueMetrics.ready, { ...matchers, vhost, queue: name })).join(" or ")}))`;
    const perInstance = "{{instance}}";
    return dashboard(scope, "broker", "broker", [
        {
            title: "Health",
            panels: [
                nodes === undefined
                    ? stat({
                          title: "Nodes that respond",
                          description: "The expected number depends on the operator of the broker.",
                          queries: [{ expression: answering, legend: "nodes" }],
                          width: 4,
                      })
                    : stat({
                          title: "Missing nodes",
                          description: `Of the ${nodes} nodes that the stack declares. Do not restart another node while one is missing.`,
                          queries: [{ expression: `${nodes} - (${answering})`, legend: "missing" }],
                          bad: 1,
                          width: 4,
                      }),
                stat({
                    title: "Alarms",
                    description:
                        "Memory and disk alarms. While there is one, all publishers of the cluster are blocked.",
                    queries: [
                        {
                            expression: `sum(${node("memoryAlarm")}) + sum(${node("diskAlarm")})`,
                            legend: "alarms",
                        },
                    ],
                    bad: 1,
                    width: 4,
                }),
                stat({
                    title: "Dead letters",
                    description: "In all dead-letter queues. They stay until a person removes them.",
                    queries: [
                        {
                            expression: kept(queues.filter(({ deadLettersOf }) => deadLettersOf.length > 0)),
                            legend: "dead letters",
                        },
                    ],
                    bad: 1,
                    width: 4,
                }),
                stat({
                    title: "Unroutable, parked",
                    description:
                        "Messages without a matching binding: a misspelt routing key or a missing binding.",
                    queries: [
                        {
                            expression: kept(queues.filter(({ unroutedOf }) => unroutedOf.length > 0)),
                            legend: "unrouted",
                        },
                    ],
                    bad: 1,
                    width: 4,
                }),
                stat({
                    title: "Connections",
                    description: "Open now; each process of a service needs two.",
                    queries: [{ expression: `sum(${node("connections")})`, legend: "connections" }],
                    width: 4,
                }),
                stat({
                    title: "Channels",
                    description: "Open now.",
                    queries: [{ expression: `sum(${node("channels")})`, legend: "channels" }],
                    width: 4,
                }),
            ],
        },
        {
            title: "Messages",
            panels: [
                timeSeries({
                    title: "Published and delivered",
                    description:
                        "Delivered above published: several queues get a copy, or messages are redelivered. Acknowledged below delivered: consumers fail.",
                    queries: [
                        { expression: rate("received"), legend: "published" },
                        { expression: rate("delivered"), legend: "delivered" },
                        { expression: rate("acknowledged"), legend: "acknowledged" },
                        { expression: rate("redelivered"), legend: "redelivered" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Confirms",
                    description:
                        "The gap between the two are rejected messages: a queue is full or has lost its majority.",
                    queries: [
                        { expression: rate("receivedToConfirm"), legend: "to be confirmed" },
                        { expression: rate("confirmed"), legend: "confirmed" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Unroutable, by exchange",
                    description: "Returned to publishers or dropped. Should be zero.",
                    queries: [
                        {
                            expression: `sum by (exchange) (rate(${selector(exchangeMetrics.returned, matchers)}[${rateWindow}]))`,
                            legend: "{{exchange}} returned",
                        },
                        {
                            expression: `sum by (exchange) (rate(${selector(exchangeMetrics.dropped, matchers)}[${rateWindow}]))`,
                            legend: "{{exchange}} dropped",
                        },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Published, by exchange",
                    description: "The exchanges that get the load.",
                    queries: [
                        {
                            expression: `sum by (exchange) (rate(${selector(exchangeMetrics.published, matchers)}[${rateWindow}]))`,
                            legend: "{{exchange}}",
                        },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Dead-lettered, by reason",
                    description:
                        "Rejected by a consumer, expired before delivery, or above the delivery limit.",
                    queries: [
                        { expression: rate("deadLetteredRejected"), legend: "rejected" },
                        { expression: rate("deadLetteredExpired"), legend: "expired" },
                        { expression: rate("deadLetteredDelivered"), legend: "delivery limit exceeded" },
                        { expression: rate("deadLettersConfirmed"), legend: "arrived" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Ready, by queue",
                    description: "The ten longest queues.",
                    queries: [
                        {
                            expression: `topk(10, max by (queue) (${inVhosts(queueMetrics.ready)}))`,
                            legend: "{{queue}}",
                        },
                    ],
                    width: 8,
                }),
            ],
        },
        {
            title: "Nodes",
            panels: [
                timeSeries({
                    title: "Memory, share of the limit",
                    description: "At 100 % the memory alarm blocks all publishers.",
                    queries: [
                        {
                            expression: `max by (instance) (${node("memory")} / ${node("memoryLimit")})`,
                            legend: perInstance,
                        },
                    ],
                    unit: "percentunit",
                    bad: nearlyFull,
                    width: 8,
                }),
                timeSeries({
                    title: "Free disk space, and the limit",
                    description: "Below the limit the disk alarm blocks all publishers.",
                    queries: [
                        { expression: `max by (instance) (${node("diskFree")})`, legend: perInstance },
                        {
                            expression: `max by (instance) (${node("diskFreeLimit")})`,
                            legend: `${perInstance} limit`,
                        },
                    ],
                    unit: "bytes",
                    width: 8,
                }),
                timeSeries({
                    title: "File descriptors, share of the limit",
                    description: "At 100 % the node accepts no connections.",
                    queries: [
                        {
                            expression: `max by (instance) (${node("openFiles")} / ${node("fileLimit")})`,
                            legend: perInstance,
                        },
                    ],
                    unit: "percentunit",
                    bad: nearlyFull,
                    width: 8,
                }),
                timeSeries({
                    title: "Opened connections and channels",
                    description: "Normally near zero; higher if clients reconnect repeatedly.",
                    queries: [
                        { expression: rate("connectionsOpened"), legend: "connections" },
                        { expression: rate("channelsOpened"), legend: "channels" },
                    ],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Refused logins",
                    description: "A service with an old password, or a client that guesses passwords.",
                    queries: [{ expression: rate("failedLogins"), legend: "refused" }],
                    unit: "cps",
                    width: 8,
                }),
                timeSeries({
                    title: "Unreachable peers",
                    description: "The number of cluster nodes that each node cannot reach.",
                    queries: [
                        {
                            expression: `max by (instance) (${node("unreachablePeers")})`,
                            legend: perInstance,
                        },
                    ],
                    bad: 1,
                    width: 8,
                }),
            ],
        },
    ]);
}
