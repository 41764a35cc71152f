import { duration, isAtLeast, type KnownVersion, type Topology } from "../../model/index.ts";
import type { Alert, AlertScope } from "../alert.ts";
import { type Matchers, memberMetrics, nodeMetrics, selector } from "../metrics.ts";

/** Alerts about missing nodes, network partitions and lost majorities. */
export function clusterAlerts(topology: Topology, scope: AlertScope): readonly Alert[] {
    const running = `count(${selector(nodeMetrics.build, scope.matchers)})`;
    const status = "rabbitmqctl cluster_status";
    const alerts: Alert[] = [
        {
            name: "BrokerDown",
            severity: "critical",
            expression: `absent(${selector(nodeMetrics.build, scope.matchers)})`,
            holdFor: duration("1 minute"),
            labels: {},
            summary: "Prometheus cannot scrape any node of the broker",
            description: `The broker is down or cannot be scraped. During this time, no other alert about it can fire. Check: ${status}, and the targets page of Prometheus. Start the nodes, or fix the labels, ports and network policy of the monitor.`,
        },
        {
            name: "ClusterPeersUnreachable",
            severity: "critical",
            expression: `max by (instance) (${selector(nodeMetrics.unreachablePeers, scope.matchers)}) > 0`,
            holdFor: duration("1 minute"),
            labels: {},
            summary: "{{ $labels.instance }} does not reach {{ $value }} of its peers",
            description: `A node is down, or the network between nodes is interrupted. Queues with a majority of their members online still work. Check: ${status}. Restore the node or the network; remove a permanently lost node with rabbitmqctl forget_cluster_node.`,
        },
    ];
    if (scope.nodes !== undefined && scope.nodes > 1) {
        // A stream has a member on every node from the start; the nodes' configuration adds missing members of quorum queues.
        const majority = Math.floor(scope.nodes / 2) + 1;
        const online = onlineMembers(topology, scope);
        alerts.push(
            {
                name: "BrokerNodeMissing",
                severity: "warning",
                expression: `${running} < ${scope.nodes}`,
                holdFor: duration("5 minutes"),
                labels: {},
                summary: `only {{ $value }} of ${scope.nodes} nodes respond to Prometheus`,
                description: `A node is missing for longer than a restart takes. Check: ${status}. Start the missing node; until then, another failure may stop queues.`,
            },
            {
                name: "QueueLostQuorum",
                severity: "critical",
                expression: `${online} < ${majority}`,
                holdFor: duration("1 minute"),
                labels: {},
                summary:
                    'queue "{{ $labels.queue }}" in vhost "{{ $labels.vhost }}" has lost its majority: {{ $value }} members online',
                description: `The queue accepts, delivers and confirms no messages; the messages in it are safe. Check: rabbitmq-queues quorum_status -p {{ $labels.vhost }} {{ $labels.queue }}. Start the nodes of its members.`,
            },
            {
                name: "QueueQuorumCritical",
                severity: "warning",
                expression: `${online} == ${majority}`,
                holdFor: duration("5 minutes"),
                labels: {},
                summary:
                    'queue "{{ $labels.queue }}" in vhost "{{ $labels.vhost }}" loses its majority if one more node stops: {{ $value }} members online',
                description: `Do not restart a node now. Check: rabbitmq-queues check_if_node_is_quorum_critical, rabbitmq-queues quorum_status -p {{ $labels.vhost }} {{ $labels.queue }}. Start the missing node; if it is permanently lost, rabbitmq-queues grow NODE all adds a member of every queue on another node.`,
            },
        );
    }
    return alerts;
}

/** The number of online members of each queue. */
function onlineMembers({ brokerVersion, vhosts }: Topology, { matchers }: AlertScope): string {
    const perVhost = vhosts.flatMap(({ name }) =>
        memberSelectors(brokerVersion, { ...matchers, vhost: name }),
    );
    return `count by (vhost, queue) (${perVhost.join(" or ")})`;
}

/** RabbitMQ 4.0 has metrics only for members of quorum queues; later versions have them for all queues, with the queue type as a label. */
function memberSelectors(version: KnownVersion, matchers: Matchers): readonly string[] {
    return isAtLeast(version, "4.1")
        ? replicatedTypes.map((type) => selector(memberMetrics.info, { ...matchers, queue_type: type }))
        : [selector(memberMetrics.term, matchers)];
}

/** The replicated queue types, as the metric names them. */
const replicatedTypes = ["rabbit_quorum_queue", "rabbit_stream_queue"] as const;
