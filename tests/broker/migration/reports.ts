import {
    type Binding,
    binding,
    type Exchange,
    exactPattern,
    exchange,
    type InVhost,
    type Policy,
    type Queue,
    type QueueType,
    queue,
    type Topology,
} from "@spot-messaging/topology";
import { emptyTopology } from "../../../packages/topology/src/model/emptyTopology.ts";

/** A change that was reported as impossible without deleting a queue or an exchange. */
export interface Report {
    /** Where it was reported. */
    readonly source: string;
    readonly before: Topology;
    readonly after: Topology;
    /** Queues that have messages before the change, each with the queue that has them afterwards. */
    readonly messages: readonly (readonly [from: InVhost, to: InVhost])[];
    /** The ids that `topology drift` reports on a broker as before, with the declaration as after. `undefined`: the declaration lacks the virtual host. */
    readonly drift: readonly string[] | undefined;
    /** The kinds of migrations. */
    readonly plans: readonly string[];
}

interface Parts {
    readonly exchanges?: readonly Exchange[];
    readonly queues?: readonly Queue[];
    readonly bindings?: readonly Binding[];
    readonly policies?: readonly Policy[];
}

function broker(vhost: string, parts: Parts): Topology {
    return { ...emptyTopology("4.3"), vhosts: [{ name: vhost }], ...parts };
}

/** Another argument, type or durability of one queue, with an exchange that feeds it. */
function queueReport(
    source: string,
    vhost: string,
    name: string,
    before: readonly [QueueType, Queue["arguments"]],
    after: readonly [QueueType, Queue["arguments"]],
    settings: Partial<Pick<Queue, "durable">> = {},
): Report {
    const of = ([type, args]: readonly [QueueType, Queue["arguments"]]): Topology =>
        broker(vhost, {
            exchanges: [exchange(vhost, "feed", "topic")],
            queues: [queue(vhost, name, type, { ...settings, arguments: args })],
            bindings: [binding(vhost, "feed", name, "#")],
        });
    const place = { vhost, name };
    return {
        source,
        before: of(before),
        after: of(after),
        messages: [[place, place]],
        drift: [`replace queue ${vhost}/${name}`],
        plans: ["queue replacement"],
    };
}

/** One report for each kind of change, with the names and settings of its project. */
export const reports: readonly Report[] = [
    queueReport(
        "taskcluster/taskcluster#8074",
        "taskcluster",
        "queue/taskcluster-queue/resolved",
        ["classic", {}],
        ["quorum", {}],
    ),
    queueReport(
        "ITISFoundation/osparc-simcore#8086",
        "osparc",
        "resource-usage-tracker",
        ["classic", { "x-message-ttl": 3_600_000 }],
        ["quorum", { "x-message-ttl": 3_600_000 }],
    ),
    queueReport(
        "rabbitmq/messaging-topology-operator#822",
        "test",
        "jobs_delayed",
        [
            "quorum",
            {
                "x-message-ttl": 300_000,
                "x-dead-letter-exchange": "feed",
                "x-dead-letter-routing-key": "job",
            },
        ],
        [
            "quorum",
            {
                "x-message-ttl": 600_000,
                "x-dead-letter-exchange": "feed",
                "x-dead-letter-routing-key": "job",
            },
        ],
    ),
    queueReport(
        "onebeyond/rascal#204",
        "rascal",
        "my_service",
        ["classic", { "x-dead-letter-exchange": "feed" }],
        ["classic", { "x-dead-letter-exchange": "feed", "x-dead-letter-routing-key": "service.dlq" }],
    ),
    queueReport(
        "rabbitmq/rabbitmq-dotnet-client#1114",
        "dotnet",
        "DoBeDo",
        ["classic", {}],
        ["classic", { "x-message-ttl": 600_000 }],
        { durable: false },
    ),
    queueReport(
        "MassTransit/MassTransit#3464",
        "masstransit",
        "hfam.events.test",
        ["classic", { "x-expires": 2_592_000_000 }],
        ["classic", {}],
    ),
    queueReport(
        "celery/kombu#824",
        "celery",
        "Q-Name",
        ["classic", { "x-max-priority": 10 }],
        ["classic", {}],
    ),
    queueReport(
        "linagora/tmail-backend#1119",
        "cnb_tmail",
        "emailAddressContactEvent-dead-letter-queue",
        ["classic", {}],
        ["classic", { "x-queue-version": 2 }],
    ),
    queueReport("amqp-node/amqplib#578", "foo", "data", ["classic", {}], ["quorum", {}]),
    queueReport(
        "rabbitmq/rabbitmq-server#12346",
        "custom",
        "some-queue",
        ["classic", { "x-custom-company-arg": 0 }],
        ["classic", { "x-custom-company-arg": 1 }],
    ),
    {
        source: "rabbitmq/rabbitmqadmin-ng#82",
        ...moveOf("ha", "quorum", "invoices"),
    },
    {
        source: "libretime/libretime#3170",
        ...exchangeChange("libretime", "airtime-pypo", { type: "direct" }, { type: "fanout" }),
    },
    {
        source: "cyrilgdn/terraform-provider-rabbitmq#71",
        ...exchangeChange("terraform", "orders", {}, { arguments: { "alternate-exchange": "amq.fanout" } }),
    },
    {
        source: "eclipse-hawkbit/hawkbit#147",
        ...renameOf("hawkbit", "dmf_connector_deadletter", "dmf_connector_deadletter_ttl"),
    },
    {
        source: "spring-projects/spring-amqp#1150: no type is the type classic",
        ...unchanged(broker("spring", { queues: [queue("spring", "queue-order", "classic")] }), {
            vhost: "spring",
            name: "queue-order",
        }),
    },
    {
        source: "taskcluster/taskcluster#8074: a policy with ha-mode goes, which 4.x ignores",
        ...policyRemoval("pulse", "queue/taskcluster-auth"),
    },
];

/** The same queue in another virtual host and of another type. */
function moveOf(from: string, to: string, name: string): Omit<Report, "source"> {
    const of = (vhost: string, type: QueueType): Topology =>
        broker(vhost, {
            exchanges: [exchange(vhost, "feed", "topic")],
            queues: [queue(vhost, name, type)],
            bindings: [binding(vhost, "feed", name, "#")],
        });
    return {
        before: of(from, "classic"),
        after: of(to, "quorum"),
        messages: [
            [
                { vhost: from, name },
                { vhost: to, name },
            ],
        ],
        drift: undefined,
        plans: ["queue move"],
    };
}

function exchangeChange(
    vhost: string,
    name: string,
    before: Partial<Exchange>,
    after: Partial<Exchange>,
): Omit<Report, "source"> {
    const of = (changed: Partial<Exchange>): Topology =>
        broker(vhost, {
            exchanges: [{ ...exchange(vhost, name, "direct"), ...changed }],
            queues: [queue(vhost, "listener", "quorum")],
            bindings: [binding(vhost, name, "listener", "event")],
        });
    const place = { vhost, name: "listener" };
    return {
        before: of(before),
        after: of(after),
        messages: [[place, place]],
        drift: [`replace exchange ${vhost}/${name}`],
        plans: ["exchange replacement"],
    };
}

function renameOf(vhost: string, from: string, to: string): Omit<Report, "source"> {
    const of = (name: string, args: Queue["arguments"]): Topology =>
        broker(vhost, {
            exchanges: [exchange(vhost, "dmf.connector.deadletter", "fanout")],
            queues: [queue(vhost, name, "classic", { arguments: args })],
            bindings: [binding(vhost, "dmf.connector.deadletter", name, "")],
        });
    return {
        before: of(from, {}),
        after: of(to, { "x-message-ttl": 1_814_400_000 }),
        messages: [
            [
                { vhost, name: from },
                { vhost, name: to },
            ],
        ],
        drift: [],
        plans: ["queue rename"],
    };
}

function unchanged(topology: Topology, place: InVhost): Omit<Report, "source"> {
    return { before: topology, after: topology, messages: [[place, place]], drift: [], plans: [] };
}

function policyRemoval(vhost: string, name: string): Omit<Report, "source"> {
    const place = { vhost, name };
    const of = (policies: readonly Policy[]): Topology =>
        broker(vhost, { queues: [queue(vhost, name, "classic")], policies });
    const ha: Policy = {
        vhost,
        name: "HA",
        pattern: exactPattern(name),
        applyTo: "queues",
        precedence: 0,
        definition: { "max-length": 100_000 },
    };
    return {
        before: of([ha]),
        after: of([]),
        messages: [[place, place]],
        drift: [`create policy ${vhost}/HA`],
        plans: [],
    };
}
