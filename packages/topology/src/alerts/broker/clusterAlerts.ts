import { type BrokerVersion, duration, isAtLeast, type Topology } from "../../model/index.ts";
import type { Alert, AlertScope } from "../alert.ts";
import { type Matchers, memberMetrics, nodeMetrics, selector } from "../metrics.ts";

/** Whether the nodes are there, know each other, and are enough. */
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
            summary: "no node of the broker answers Prometheus",
            description: `Either the broker is down or it cannot be scraped; while this lasts, no other alert about it can fire. Look: ${status}, and the targets page of Prometheus. Start the nodes, or mend the monitor's labels, ports and network policy.`,
        },
        {
            name: "ClusterPeersUnreachable",
            severity: "critical",
            expression: `max by (instance) (${selector(nodeMetrics.unreachablePeers, scope.matchers)}) > 0`,
            holdFor: duration("1 minute"),
            labels: {},
            summary: "{{ $labels.instance }} does not reach {{ $value }} of its peers",
            description: `A node is down, or the network between nodes is cut; queues go on where a majority of their members is. Look: ${status}. Bring the node or the network back; a node that is gone for good, remove with rabbitmqctl forget_cluster_node.`,
        },
    ];
    if (scope.nodes !== undefined && scope.nodes > 1) {
        // A stream has a member on every node from the beginning; a quorum queue grows to that by the nodes' configuration.
        const majority = Math.floor(scope.nodes / 2) + 1;
        const online = onlineMembers(topology, scope);
        alerts.push(
            {
                name: "BrokerNodeMissing",
                severity: "warning",
                expression: `${running} < ${scope.nodes}`,
                holdFor: duration("5 minutes"),
                labels: {},
                summary: `only {{ $value }} of ${scope.nodes} nodes answer Prometheus`,
                description: `Longer than a restart takes. Look: ${status}. Start the missing node; until it is back, the next failure may stop the queues.`,
            },
            {
                name: "QueueLostQuorum",
                severity: "critical",
                expression: `${online} < ${majority}`,
                holdFor: duration("1 minute"),
                labels: {},
                summary:
                    'queue "{{ $labels.queue }}" in vhost "{{ $labels.vhost }}" has lost its majority: {{ $value }} members online',
                description: `It takes and hands out nothing, and confirms nothing; what it holds is safe. Look: rabbitmq-queues quorum_status -p {{ $labels.vhost }} {{ $labels.queue }}. Start the nodes of its members.`,
            },
            {
                name: "QueueQuorumCritical",
                severity: "warning",
                expression: `${online} == ${majority}`,
                holdFor: duration("5 minutes"),
                labels: {},
                summary:
                    'queue "{{ $labels.queue }}" in vhost "{{ $labels.vhost }}" stands still when one more node stops: {{ $value }} members online',
                description: `Restart no node now. Look: rabbitmq-queues check_if_node_is_quorum_critical, rabbitmq-queues quorum_status -p {{ $labels.vhost }} {{ $labels.queue }}. Start the missing node; if it is gone for good, rabbitmq-queues grow NODE all gives every queue a member on another.`,
            },
        );
    }
    return alerts;
}

/** By queue, how many members are on nodes that answer. */
function onlineMembers({ brokerVersion, vhosts }: Topology, { matchers }: AlertScope): string {
    const perVhost = vhosts.flatMap(({ name }) =>
        memberSelectors(brokerVersion, { ...matchers, vhost: name }),
    );
    return `count by (vhost, queue) (${perVhost.join(" or ")})`;
}

/** RabbitMQ 4.0 tells of the members of quorum queues only; later ones tell of every queue, also of those with one member by their type. */
function memberSelectors(version: BrokerVersion, matchers: Matchers): readonly string[] {
    return isAtLeast(version, "4.1")
        ? replicatedTypes.map((type) => selector(memberMetrics.info, { ...matchers, queue_type: type }))
        : [selector(memberMetrics.term, matchers)];
}

/** As the metric names the types whose queues have a member on several nodes. */
const replicatedTypes = ["rabbit_quorum_queue", "rabbit_stream_queue"] as const;
