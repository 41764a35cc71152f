import {
    absent,
    constant,
    exchangeSeries,
    instances,
    interrupted,
    memberSeries,
    nodeSeries,
    queueSeries,
    rising,
} from "./series.ts";

/** An alert that must fire, with its text. */
export interface Expected {
    readonly alert: string;
    readonly labels: Readonly<Record<string, string>>;
    /** What becomes of each template of its summary and its description. */
    readonly rendered?: Readonly<Record<string, string>>;
}

/** A failure of a broker, and exactly the alerts that it raises. */
export interface Scenario {
    readonly name: string;
    /** Series that replace or join the healthy ones. */
    readonly series: Readonly<Record<string, string>>;
    readonly expected: readonly Expected[];
}

function about(queue: string, service: string, severity: string): Expected["labels"] {
    return { severity, service, vhost: "spot", queue };
}

function broker(severity: string, more: Readonly<Record<string, string>> = {}): Expected["labels"] {
    return { severity, service: "platform", ...more };
}

const [first, second, third] = instances;
const links = "analyzer.links";

/** Enough deliveries that no message waits long, for any queue length. */
function busy(queue: string): Readonly<Record<string, string>> {
    return { [queueSeries("deliveredToConsumers", queue)]: rising(0, 10_000) };
}

function missingQueue(queue: string, values: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
        (["ready", "unacknowledged", "readyBytes", "consumers"] as const).map((metric) => [
            queueSeries(metric, queue),
            values,
        ]),
    );
}

const queueScenarios: readonly Scenario[] = [
    { name: "everything works: nothing", series: {}, expected: [] },
    {
        name: "no node reports a queue: it is missing",
        series: missingQueue(links, absent),
        expected: [{ alert: "QueueMissing", labels: about(links, links, "critical") }],
    },
    {
        name: "a queue has no leader for a minute: nothing",
        series: missingQueue(links, interrupted(1, 172, "_", 4)),
        expected: [],
    },
    {
        name: "a work queue has no consumers",
        series: { [queueSeries("consumers", "result-processor")]: constant(0) },
        expected: [
            {
                alert: "QueueHasNoConsumers",
                labels: about("result-processor", "result-processor", "critical"),
            },
        ],
    },
    {
        name: "a log of commands has no consumers",
        series: { [queueSeries("consumers", "admin.notifier")]: constant(0) },
        expected: [{ alert: "QueueHasNoConsumers", labels: about("admin.notifier", "notifier", "warning") }],
    },
    {
        name: "the consumers are away for a minute: nothing",
        series: { [queueSeries("consumers", "result-processor")]: interrupted(1, 176, "0+0", 4) },
        expected: [],
    },
    {
        name: "a work queue holds more than four fifths of its messages",
        series: { [queueSeries("ready", links)]: constant(40_001), ...busy(links) },
        expected: [
            {
                alert: "QueueNearlyFull",
                labels: about(links, links, "critical"),
                rendered: { "{{ $value | humanizePercentage }}": "80%" },
            },
        ],
    },
    {
        name: "a work queue holds four fifths of its messages: nothing",
        series: { [queueSeries("ready", links)]: constant(40_000), ...busy(links) },
        expected: [],
    },
    {
        name: "a work queue holds more than four fifths of its bytes",
        series: { [queueSeries("readyBytes", links)]: constant(1_932_735_283), ...busy(links) },
        expected: [
            {
                alert: "QueueNearlyFull",
                labels: about(links, links, "critical"),
                rendered: { "{{ $value | humanizePercentage }}": "90%" },
            },
        ],
    },
    {
        name: "a queue that drops its oldest messages is nearly full",
        series: {
            [queueSeries("ready", "notifications.status")]: constant(9_000),
            ...busy("notifications.status"),
        },
        expected: [
            {
                alert: "QueueNearlyFull",
                labels: about("notifications.status", "notifier", "warning"),
                rendered: { "{{ $value | humanizePercentage }}": "90%" },
            },
        ],
    },
    {
        name: "a dead-letter queue is nearly full, which holds its source up",
        series: { [queueSeries("ready", `${links}.dlq`)]: constant(180_000) },
        expected: [
            {
                alert: "DeadLettersPresent",
                labels: about(`${links}.dlq`, links, "warning"),
                rendered: { "{{ $value }}": "180000" },
            },
            {
                alert: "QueueNearlyFull",
                labels: about(`${links}.dlq`, links, "critical"),
                rendered: { "{{ $value | humanizePercentage }}": "90%" },
            },
        ],
    },
    {
        name: "a queue grows and will be full within four hours",
        series: { [queueSeries("ready", links)]: rising(2_000, 60), ...busy(links) },
        expected: [{ alert: "QueueGrowing", labels: about(links, links, "warning") }],
    },
    {
        name: "a queue's bytes grow and will be too many within four hours",
        series: { [queueSeries("readyBytes", links)]: rising(100_000_000, 3_000_000), ...busy(links) },
        expected: [{ alert: "QueueGrowing", labels: about(links, links, "warning") }],
    },
    {
        name: "a queue grows, but will not be full within four hours: nothing",
        series: { [queueSeries("ready", links)]: rising(2_000, 25), ...busy(links) },
        expected: [],
    },
    {
        name: "a small queue grows fast: nothing yet",
        series: { [queueSeries("ready", links)]: `0+0x100 0+30x80`, ...busy(links) },
        expected: [],
    },
    {
        name: "messages wait and nothing is delivered",
        series: {
            [queueSeries("ready", "result-processor")]: constant(5),
            [queueSeries("deliveredToConsumers", "result-processor")]: constant(70),
        },
        expected: [
            {
                alert: "OldestMessageOverdue",
                labels: about("result-processor", "result-processor", "warning"),
            },
        ],
    },
    {
        name: "messages wait in a queue that nothing was ever delivered from",
        series: {
            [queueSeries("ready", "result-processor")]: constant(5),
            ...Object.fromEntries(
                (
                    [
                        "deliveredToConsumers",
                        "deliveredUnacknowledged",
                        "got",
                        "gotUnacknowledged",
                        "acknowledged",
                        "redelivered",
                    ] as const
                ).map((metric) => [queueSeries(metric, "result-processor"), absent]),
            ),
        },
        expected: [
            {
                alert: "OldestMessageOverdue",
                labels: about("result-processor", "result-processor", "warning"),
            },
        ],
    },
    {
        name: "messages with a deadline are delivered, but too slowly to meet it",
        series: {
            [queueSeries("ready", "analyzer-orchestrator")]: constant(20),
            [queueSeries("deliveredToConsumers", "analyzer-orchestrator")]: rising(0, 4),
        },
        expected: [
            {
                alert: "OldestMessageOverdue",
                labels: about("analyzer-orchestrator", "analyzer-orchestrator", "critical"),
            },
        ],
    },
    {
        name: "messages with a deadline are delivered in time: nothing",
        series: {
            [queueSeries("ready", "analyzer-orchestrator")]: constant(20),
            [queueSeries("deliveredToConsumers", "analyzer-orchestrator")]: rising(0, 6),
        },
        expected: [],
    },
    {
        name: "the leader moves to another node, which counts on: nothing",
        series: {
            [queueSeries("ready", links)]: `5+0x140 _x40`,
            [queueSeries("ready", links).replace(first, second)]: `_x141 5+0x39`,
            ...busy(links),
        },
        expected: [],
    },
    {
        name: "consumers hold messages and settle none",
        series: {
            [queueSeries("unacknowledged", links)]: constant(4),
            [queueSeries("deliveredToConsumers", links)]: constant(9),
            [queueSeries("acknowledged", links)]: constant(5),
        },
        expected: [
            {
                alert: "ConsumersStuck",
                labels: about(links, links, "warning"),
                rendered: { "{{ $value }}": "4" },
            },
        ],
    },
    {
        name: "consumers hold messages and settle one now and then: nothing",
        series: {
            [queueSeries("unacknowledged", links)]: constant(4),
            [queueSeries("deliveredToConsumers", links)]: constant(9),
            [queueSeries("acknowledged", links)]:
                `0+0x3 ${Array.from({ length: 45 }, (_, index) => `${index}+0x3`).join(" ")}`,
        },
        expected: [],
    },
    {
        name: "most deliveries are repeated ones",
        series: { [queueSeries("redelivered", links)]: rising(0, 1) },
        expected: [
            {
                alert: "MessagesRedelivered",
                labels: about(links, links, "warning"),
                rendered: { "{{ $value | humanize }}": "60" },
            },
        ],
    },
    {
        name: "few of many deliveries are repeated ones: nothing",
        series: {
            [queueSeries("redelivered", links)]: rising(0, 1),
            [queueSeries("deliveredToConsumers", links)]: rising(0, 10),
        },
        expected: [],
    },
    {
        name: "one message was delivered as often as it may be: nothing",
        series: {
            [queueSeries("redelivered", links)]: "0+0x140 4+0x40",
            [queueSeries("deliveredToConsumers", links)]: "0+0x140 5+0x40",
        },
        expected: [],
    },
    {
        name: "a dead-letter queue holds a message",
        series: { [queueSeries("ready", `${links}.dlq`)]: constant(1) },
        expected: [
            {
                alert: "DeadLettersPresent",
                labels: about(`${links}.dlq`, links, "warning"),
                rendered: { "{{ $value }}": "1" },
            },
        ],
    },
    {
        name: "a message matched no binding",
        series: { [queueSeries("ready", "unrouted")]: constant(3) },
        expected: [
            {
                alert: "MessagesUnrouted",
                labels: about("unrouted", "platform", "warning"),
                rendered: { "{{ $value }}": "3" },
            },
        ],
    },
];

/** The series when some nodes are stopped. */
function without(...stopped: readonly string[]): Readonly<Record<string, string>> {
    return Object.fromEntries(stopped.map((instance) => [nodeSeries("build", instance), absent]));
}

const brokerScenarios: readonly Scenario[] = [
    {
        name: "a node is missing for long",
        series: without(third),
        expected: [
            { alert: "BrokerNodeMissing", labels: broker("warning"), rendered: { "{{ $value }}": "2" } },
        ],
    },
    {
        name: "a node restarts for two minutes: nothing",
        series: { [nodeSeries("build", third)]: interrupted(1, 170, "_", 8) },
        expected: [],
    },
    {
        name: "no node answers: that, and nothing about queues",
        series: {
            ...without(first, second, third),
            ...missingQueue(links, absent),
        },
        expected: [{ alert: "BrokerDown", labels: broker("critical") }],
    },
    {
        name: "a node does not reach a peer",
        series: { [nodeSeries("unreachablePeers", first)]: constant(1) },
        expected: [
            {
                alert: "ClusterPeersUnreachable",
                labels: broker("critical", { instance: first }),
                rendered: { "{{ $labels.instance }}": first, "{{ $value }}": "1" },
            },
        ],
    },
    {
        name: "a stream has lost its majority",
        series: {
            [memberSeries("admin.notifier", "stream", second)]: absent,
            [memberSeries("admin.notifier", "stream", third)]: absent,
        },
        expected: [
            {
                alert: "QueueLostQuorum",
                labels: broker("critical", { vhost: "spot", queue: "admin.notifier" }),
                rendered: {
                    "{{ $labels.queue }}": "admin.notifier",
                    "{{ $labels.vhost }}": "spot",
                    "{{ $value }}": "1",
                },
            },
        ],
    },
    {
        name: "a queue has just a majority left",
        series: { [memberSeries(links, "quorum", third)]: absent },
        expected: [
            {
                alert: "QueueQuorumCritical",
                labels: broker("warning", { vhost: "spot", queue: links }),
                rendered: {
                    "{{ $labels.queue }}": links,
                    "{{ $labels.vhost }}": "spot",
                    "{{ $value }}": "2",
                },
            },
        ],
    },
    {
        name: "a queue has lost its majority",
        series: {
            [memberSeries(links, "quorum", second)]: absent,
            [memberSeries(links, "quorum", third)]: absent,
        },
        expected: [
            {
                alert: "QueueLostQuorum",
                labels: broker("critical", { vhost: "spot", queue: links }),
                rendered: {
                    "{{ $labels.queue }}": links,
                    "{{ $labels.vhost }}": "spot",
                    "{{ $value }}": "1",
                },
            },
        ],
    },
    {
        name: "a node has its memory alarm on",
        series: { [nodeSeries("memoryAlarm", second)]: constant(1) },
        expected: [
            {
                alert: "MemoryAlarm",
                labels: broker("critical", { instance: second }),
                rendered: { "{{ $labels.instance }}": second },
            },
        ],
    },
    {
        name: "a node has its disk alarm on",
        series: { [nodeSeries("diskAlarm", second)]: constant(1) },
        expected: [
            {
                alert: "DiskAlarm",
                labels: broker("critical", { instance: second }),
                rendered: { "{{ $labels.instance }}": second },
            },
        ],
    },
    {
        name: "a node uses nine tenths of its memory",
        series: { [nodeSeries("memory", second)]: constant(900_000_000) },
        expected: [
            {
                alert: "MemoryNearlyFull",
                labels: broker("warning", { instance: second }),
                rendered: {
                    "{{ $labels.instance }}": second,
                    "{{ $value | humanizePercentage }}": "90%",
                },
            },
        ],
    },
    {
        name: "a node uses four fifths of its memory: nothing",
        series: { [nodeSeries("memory", second)]: constant(800_000_000) },
        expected: [],
    },
    {
        name: "a disk fills up within a day",
        series: { [nodeSeries("diskFree", second)]: rising(70_000_000_000, -20_000_000) },
        expected: [
            {
                alert: "DiskFillsUp",
                labels: broker("warning", { instance: second }),
                rendered: { "{{ $labels.instance }}": second },
            },
        ],
    },
    {
        name: "a disk fills up, but not within a day: nothing",
        series: { [nodeSeries("diskFree", second)]: rising(70_000_000_000, -10_000_000) },
        expected: [],
    },
    {
        name: "a node has nearly all its files open",
        series: { [nodeSeries("openFiles", first)]: constant(18_000) },
        expected: [
            {
                alert: "FileDescriptorsNearlyUsed",
                labels: broker("warning", { instance: first }),
                rendered: {
                    "{{ $labels.instance }}": first,
                    "{{ $value | humanizePercentage }}": "90%",
                },
            },
        ],
    },
    {
        name: "unroutable messages are returned to their publisher",
        series: { [exchangeSeries("returned", "spot.rpc")]: "0+0x160 5+0x20" },
        expected: [
            {
                alert: "MessagesUnroutable",
                labels: broker("warning", { vhost: "spot", exchange: "spot.rpc" }),
                rendered: {
                    "{{ $labels.exchange }}": "spot.rpc",
                    "{{ $labels.vhost }}": "spot",
                    "{{ $value | humanize }}": "5",
                },
            },
        ],
    },
    {
        name: "unroutable messages are dropped",
        series: { [exchangeSeries("dropped", "spot.rpc")]: "0+0x160 5+0x20" },
        expected: [
            {
                alert: "MessagesUnroutable",
                labels: broker("warning", { vhost: "spot", exchange: "spot.rpc" }),
                rendered: {
                    "{{ $labels.exchange }}": "spot.rpc",
                    "{{ $labels.vhost }}": "spot",
                    "{{ $value | humanize }}": "5",
                },
            },
        ],
    },
    {
        name: "unroutable messages were dropped long ago: nothing",
        series: { [exchangeSeries("dropped", "spot.rpc")]: "0+0x100 5+0x80" },
        expected: [],
    },
    {
        name: "publishes are not confirmed",
        series: { [nodeSeries("confirmed", first, { protocol: "amqp091" })]: rising(0, 4) },
        expected: [
            {
                alert: "PublishesRejected",
                labels: broker("critical"),
                rendered: { "{{ $value | humanize }}": "40" },
            },
        ],
    },
    {
        name: "a handful of confirms is under way: nothing",
        series: { [nodeSeries("confirmed", first, { protocol: "amqp091" })]: "0+5x175 865+0x5" },
        expected: [],
    },
    {
        name: "dead letters do not arrive",
        series: {
            [nodeSeries("deadLettersConfirmed", first, {
                queue_type: "rabbit_quorum_queue",
                dead_letter_strategy: "at_least_once",
            })]: constant(0),
        },
        expected: [
            {
                alert: "DeadLetteringStalled",
                labels: broker("critical"),
                rendered: { "{{ $value | humanize }}": "40" },
            },
        ],
    },
    {
        name: "a client connects again and again",
        series: { [nodeSeries("connectionsOpened", first)]: rising(0, 3) },
        expected: [
            {
                alert: "ConnectionChurn",
                labels: broker("warning"),
                rendered: { "{{ $value | humanize }}": "120" },
            },
        ],
    },
    {
        name: "every process connected eight times within ten minutes: nothing",
        series: { [nodeSeries("connectionsOpened", first)]: rising(0, 1) },
        expected: [],
    },
    {
        name: "a client opens a channel for every message",
        series: { [nodeSeries("channelsOpened", first)]: rising(0, 50) },
        expected: [
            {
                alert: "ChannelChurn",
                labels: broker("warning"),
                rendered: { "{{ $value | humanize }}": "2k" },
            },
        ],
    },
    {
        name: "many logins fail",
        series: { [nodeSeries("failedLogins", first, { protocol: "amqp091" })]: rising(0, 1) },
        expected: [
            {
                alert: "LoginsRefused",
                labels: broker("warning"),
                rendered: { "{{ $value | humanize }}": "40" },
            },
        ],
    },
    {
        name: "a password was mistyped now and then: nothing",
        series: { [nodeSeries("failedLogins", first, { protocol: "amqp091" })]: "0+0x160 10+0x20" },
        expected: [],
    },
];

export const scenarios: readonly Scenario[] = [...queueScenarios, ...brokerScenarios];
