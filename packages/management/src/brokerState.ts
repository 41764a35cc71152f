import type { QueueHistory } from "@spot-messaging/topology/broker";
import type { ManagementApi } from "./managementApi.ts";
import { readQueueHistories } from "./queueHistories.ts";

/** The current state of a broker. */
export interface BrokerState {
    readonly version: string;
    /** By name. */
    readonly nodes: readonly NodeState[];
    readonly queues: readonly QueueHistory[];
}

/** A node of the cluster. */
export interface NodeState {
    readonly name: string;
    readonly running: boolean;
    /** Its resource alarms; each blocks publishers. */
    readonly alarms: readonly ("memory" | "disk")[];
}

/**
 * The broker's nodes, and the queues of some virtual hosts.
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function readBrokerState(api: ManagementApi, vhosts: readonly string[]): Promise<BrokerState> {
    const [{ rabbitmq_version: version }, nodes, queues] = await Promise.all([
        api.overview(),
        api.nodes(),
        readQueueHistories(api, vhosts),
    ]);
    return {
        version,
        nodes: nodes
            .map(({ name, running, mem_alarm, disk_free_alarm }) => ({
                name,
                running,
                alarms: [
                    ...(mem_alarm === true ? (["memory"] as const) : []),
                    ...(disk_free_alarm === true ? (["disk"] as const) : []),
                ],
            }))
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
        queues,
    };
}
