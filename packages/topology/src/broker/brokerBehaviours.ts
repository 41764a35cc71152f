import type { Capability } from "./capability.ts";
import { classic, quorum, site, sourceCode, stream } from "./settingRow.ts";

const releases = "https://github.com/rabbitmq/rabbitmq-server/releases/tag";

/** The release notes of a version, in the source code: they were not always published as a release. */
function notes(tag: string, version: string): string {
    return `${sourceCode}/${tag}/release-notes/${version}.md`;
}

/** A behaviour of the broker in some versions. */
function behaviour(
    summary: string,
    source: string,
    rest: Partial<Omit<Capability, "source" | "summary">> = {},
): Capability {
    return {
        subject: "broker",
        since: "3.8",
        queueTypes: [],
        settableBy: [],
        dropsPolicyOf: [],
        precedence: "policy",
        summary,
        source,
        ...rest,
    };
}

const since = (version: Capability["since"], rest: Partial<Capability> = {}) =>
    ({ since: version, absence: "behaves differently", ...rest }) as const;

/** What the broker does in some versions only, by a name of its own. */
export const brokerBehaviours = {
    streams: behaviour("The broker has streams.", notes("v3.9.29", "3.9.0"), {
        since: "3.9",
        queueTypes: stream,
        absence: "refused",
    }),
    "messages on disk": behaviour(
        "Classic queues write messages to disk early and keep few in memory, so queue-mode has no effect.",
        notes("v3.12.14", "3.12.0"),
        since("3.12", { queueTypes: classic }),
    ),
    "classic queues on one node": behaviour(
        "A classic queue is on one node only: mirroring is removed.",
        notes("v4.0.5", "4.0.1"),
        since("4.0", { queueTypes: classic }),
    ),
    "storage version 2": behaviour(
        "Classic queues have storage version 2; a node does not start if rabbitmq.conf sets classic_queue.default_version to 1.",
        notes("v4.0.5", "4.0.1"),
        since("4.0", { queueTypes: classic }),
    ),
    "quorum priorities": behaviour(
        "Quorum queues have priorities; before, they ignored the priority of a message.",
        notes("v4.0.5", "4.0.1"),
        since("4.0", { queueTypes: quorum }),
    ),
    "counted republications": behaviour(
        "The header x-death of a message that a client publishes counts its earlier deaths.",
        notes("v4.0.5", "4.0.1"),
        { until: "4.0", absence: "behaves differently" },
    ),
    "messages of 128 MiB": behaviour(
        "Messages of up to 128 MiB are accepted by default; from 4.0 on, up to 16 MiB.",
        notes("v4.0.5", "4.0.1"),
        { until: "4.0", absence: "behaves differently" },
    ),
    "strict priorities": behaviour(
        "Quorum queues deliver 32 priorities in strict order; before, they had two levels, served 2:1.",
        `${site}/quorum-queues#priorities`,
        since("4.3", { queueTypes: quorum }),
    ),
    "requeues uncounted": behaviour(
        "basic.nack with requeue does not count towards the delivery limit; before, every redelivery counted.",
        `${releases}/v4.3.0`,
        since("4.3", { queueTypes: quorum }),
    ),
    "transient queues": behaviour(
        "Queues that are neither durable nor exclusive can be declared without enabling the deprecated feature.",
        `${releases}/v4.3.0`,
        { until: "4.3", queueTypes: classic, absence: "refused" },
    ),
    "global prefetch": behaviour(
        "A prefetch can apply to a whole channel (global QoS).",
        `${releases}/v4.3.0`,
        {
            until: "4.3",
            absence: "refused",
        },
    ),
    "nodes in memory": behaviour(
        "A node of a cluster can keep its metadata in memory (RAM node).",
        `${sourceCode}/v4.3.5/deps/rabbit/src/rabbit_db_cluster.erl`,
        { until: "4.3", absence: "refused" },
    ),
    "Mnesia store": behaviour("Metadata can be stored in Mnesia instead of Khepri.", `${releases}/v4.3.0`, {
        until: "4.3",
        absence: "behaves differently",
    }),
    "Khepri by default": behaviour(
        "A new cluster stores its metadata in Khepri, so a majority of its nodes must be available; an upgraded cluster keeps its metadata store.",
        `${releases}/v4.2.0`,
        since("4.2"),
    ),
    "replies without a requester": behaviour(
        "A mandatory reply to a disconnected requester counts as routed; before, it was returned to its sender.",
        `${releases}/v4.2.0`,
        since("4.2"),
    ),
    "transient without a header": behaviour(
        "An AMQP 1.0 message without a header is transient; before, it was durable.",
        `${releases}/v4.2.0`,
        since("4.2"),
    ),
    "AMQP frames under 8192 bytes": behaviour(
        "A client can negotiate frames smaller than 8192 bytes before it has logged in.",
        `${releases}/v4.1.0`,
        { until: "4.1", absence: "refused" },
    ),
} as const;
