import { duration } from "../../model/index.ts";
import type { Alert, AlertScope } from "../alert.ts";
import { nodeMetrics, prometheusDuration, selector } from "../metrics.ts";
import { nearlyFull } from "../queues/thresholds.ts";

const diskWindow = duration("6 hours");
const diskHorizon = duration("1 day");

/** Alerts about memory, disk and file descriptors of each node. An alarm blocks all publishers of the cluster. */
export function resourceAlerts({ matchers }: AlertScope): readonly Alert[] {
    const metric = (name: keyof typeof nodeMetrics): string => selector(nodeMetrics[name], matchers);
    const perNode = (expression: string): string => `max by (instance) (${expression})`;
    const alarms = "rabbitmq-diagnostics alarms";
    return [
        {
            name: "MemoryAlarm",
            severity: "critical",
            expression: `${perNode(metric("memoryAlarm"))} > 0`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary: "{{ $labels.instance }} has a memory alarm: all publishers are blocked",
            description: `Check: ${alarms}, rabbitmq-diagnostics memory_breakdown. Let consumers empty long queues; if there are none, close the connections that use the memory, or give the nodes more memory.`,
        },
        {
            name: "DiskAlarm",
            severity: "critical",
            expression: `${perNode(metric("diskAlarm"))} > 0`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary: "{{ $labels.instance }} has a disk alarm: all publishers are blocked",
            description: `Check: ${alarms}, df on the node's data volume. Enlarge the volume, or empty queues whose messages are not needed, dead-letter queues first.`,
        },
        {
            name: "MemoryNearlyFull",
            severity: "warning",
            expression: `${perNode(`${metric("memory")} / ${metric("memoryLimit")}`)} > ${nearlyFull}`,
            holdFor: duration("10 minutes"),
            labels: {},
            summary:
                "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of the memory at which publishers are blocked",
            description:
                "Check: rabbitmq-diagnostics memory_breakdown, rabbitmqctl -q list_queues name memory --vhost VHOST. Empty the largest queues, or give the nodes more memory.",
        },
        {
            name: "DiskFillsUp",
            severity: "warning",
            expression: `${perNode(`predict_linear(${metric("diskFree")}[${prometheusDuration(diskWindow)}], ${diskHorizon / 1_000})`)} < ${perNode(metric("diskFreeLimit"))}`,
            holdFor: duration("30 minutes"),
            labels: {},
            summary: "{{ $labels.instance }} will have a disk alarm within a day",
            description:
                "At the rate of the last six hours, the free disk space falls below the limit at which publishers are blocked. Check: df on the node's data volume, npx topology top for growing queues. Enlarge the volume, or empty the growing queues.",
        },
        {
            name: "FileDescriptorsNearlyUsed",
            severity: "warning",
            expression: `${perNode(`${metric("openFiles")} / ${metric("fileLimit")}`)} > ${nearlyFull}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary: "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its file descriptors",
            description:
                "At the limit the node accepts no connections. Check: rabbitmqctl -q list_connections name user state. Find the client that does not close its connections, or raise the limit (ulimit -n).",
        },
    ];
}
