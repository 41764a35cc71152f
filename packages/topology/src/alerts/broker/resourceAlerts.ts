import { duration } from "../../model/index.ts";
import type { Alert, AlertScope } from "../alert.ts";
import { nodeMetrics, prometheusDuration, selector } from "../metrics.ts";
import { nearlyFull } from "../queues/thresholds.ts";

const diskWindow = duration("6 hours");
const diskHorizon = duration("1 day");

/** Memory, disk and file descriptors of each node. An alarm blocks every publisher of the whole cluster. */
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
            summary: "{{ $labels.instance }} has its memory alarm on: all publishers are blocked",
            description: `Look: ${alarms}, rabbitmq-diagnostics memory_breakdown. Let consumers drain what has piled up; if nothing has, close the connections that take the memory, or give the nodes more of it.`,
        },
        {
            name: "DiskAlarm",
            severity: "critical",
            expression: `${perNode(metric("diskAlarm"))} > 0`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary: "{{ $labels.instance }} has its disk alarm on: all publishers are blocked",
            description: `Look: ${alarms}, df on the node's data volume. Enlarge the volume, or empty queues that may be emptied: dead letters first.`,
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
                "Look: rabbitmq-diagnostics memory_breakdown, rabbitmqctl -q list_queues name memory --vhost VHOST. Drain the queues that hold most, or give the nodes more memory.",
        },
        {
            name: "DiskFillsUp",
            severity: "warning",
            expression: `${perNode(`predict_linear(${metric("diskFree")}[${prometheusDuration(diskWindow)}], ${diskHorizon / 1_000})`)} < ${perNode(metric("diskFreeLimit"))}`,
            holdFor: duration("30 minutes"),
            labels: {},
            summary: "{{ $labels.instance }} will have its disk alarm within a day",
            description:
                "At the pace of the last six hours, its free space falls below the limit at which publishers are blocked. Look: df on the node's data volume, npx topology top for what grows. Enlarge the volume, or drain what grows.",
        },
        {
            name: "FileDescriptorsNearlyUsed",
            severity: "warning",
            expression: `${perNode(`${metric("openFiles")} / ${metric("fileLimit")}`)} > ${nearlyFull}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary:
                "{{ $labels.instance }} has {{ $value | humanizePercentage }} of its file descriptors open",
            description:
                "At the limit it accepts no connection. Look: rabbitmqctl -q list_connections name user state. Find who opens connections without closing them, or raise the limit (ulimit -n).",
        },
    ];
}
