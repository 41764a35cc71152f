import type { NodeState } from "@spot-messaging/management";
import type { Topology } from "@spot-messaging/topology";
import { type QueueState, queueStates, undeclaredQueues } from "@spot-messaging/topology/alerts";
import type { QueueHistory } from "@spot-messaging/topology/broker";
import type { LiveBroker } from "./liveBroker.ts";

/** The state of a broker and of the declared queues. */
export interface BrokerView {
    /** Without credentials. */
    readonly endpoint: string;
    readonly version: string;
    readonly nodes: readonly NodeState[];
    readonly queues: readonly QueueState[];
    /** Queues in the virtual hosts of the topology that it does not declare. */
    readonly undeclared: readonly QueueHistory[];
}

/**
 * Reads the state of a topology's queues from a broker.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readView(broker: LiveBroker, topology: Topology): Promise<BrokerView> {
    const { version, nodes, queues } = await broker.state(topology.vhosts.map(({ name }) => name));
    return {
        endpoint: broker.endpoint,
        version,
        nodes,
        queues: queueStates(topology, queues),
        undeclared: undeclaredQueues(topology, queues),
    };
}

/** Whether a node or a queue has a problem. */
export function hasProblems({ nodes, queues }: BrokerView): boolean {
    return (
        nodes.some(({ running, alarms }) => !running || alarms.length > 0) ||
        queues.some(({ problems }) => problems.length > 0)
    );
}

/** Times are in milliseconds. A value that is unknown or does not apply is missing. */
export function viewJson({ endpoint, version, nodes, queues, undeclared }: BrokerView): object {
    return {
        broker: { endpoint, version, nodes },
        queues: queues.map(({ queue, reading, problems, fill }) => ({
            vhost: queue.vhost,
            name: queue.name,
            service: queue.owner,
            present: reading.present,
            ready: reading.ready,
            unacknowledged: reading.unacknowledged,
            consumers: reading.consumers,
            inRate: reading.inRate,
            outRate: reading.outRate,
            oldestMs: reading.oldest,
            fill,
            problems,
        })),
        undeclared: undeclared.map(({ vhost, name, now }) => ({ vhost, name, ready: now.ready })),
    };
}
