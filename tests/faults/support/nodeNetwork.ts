import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { BrokerCluster } from "./brokerCluster.ts";
import type { BrokerNode } from "./brokerNode.ts";

const execute = promisify(execFile);

/**
 * Runs a program of this machine in a node's network namespace, so that its rules end with the container and never touch the machine's own
 * network. Needs root, and the engine on this machine.
 */
async function inNamespace(node: BrokerNode, ...command: readonly string[]): Promise<string> {
    const { State } = await node.container.inspect();
    const { stdout } = await execute("nsenter", ["--target", String(State.Pid), "--net", ...command]);
    return stdout;
}

async function addressOf(cluster: BrokerCluster, node: BrokerNode): Promise<string> {
    const { NetworkSettings } = await node.container.inspect();
    const address = NetworkSettings.Networks[cluster.network]?.IPAddress ?? "";
    if (address === "") {
        throw new Error(`${node.host}: has no address in network "${cluster.network}"`);
    }
    return address;
}

/** Drops what one node sends to another, in this direction only. */
export async function deafen(cluster: BrokerCluster, hearer: BrokerNode, speaker: BrokerNode): Promise<void> {
    const from = await addressOf(cluster, speaker);
    await inNamespace(hearer, "iptables", "--wait", "-A", "INPUT", "-s", from, "-j", "DROP");
}

/** Drops everything between two nodes. Clients on this machine still reach both. */
export async function cut(cluster: BrokerCluster, one: BrokerNode, other: BrokerNode): Promise<void> {
    await Promise.all([deafen(cluster, one, other), deafen(cluster, other, one)]);
}

/** Drops a share of the packets that arrive at a node, from nodes and clients. */
export async function losePackets(node: BrokerNode, share: number): Promise<void> {
    await inNamespace(
        node,
        ...["iptables", "--wait", "-A", "INPUT", "-i", "eth0", "-m", "statistic", "--mode", "random"],
        ...["--probability", String(share), "-j", "DROP"],
    );
}

/** Lets a node send at a rate, with a queue in front: packets are late as soon as it sends more. */
export async function slowDown(node: BrokerNode, rate: string, latency: string): Promise<void> {
    await inNamespace(
        node,
        ...["tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate", rate],
        ...["burst", "16kbit", "latency", latency],
    );
}

/** Removes all faults of the network of running nodes; can be repeated. */
export async function repairNetwork(nodes: readonly BrokerNode[]): Promise<void> {
    for (const node of nodes) {
        if ((await node.container.inspect()).State.Running) {
            await inNamespace(node, "iptables", "--wait", "-F", "INPUT");
            await inNamespace(node, "tc", "qdisc", "del", "dev", "eth0", "root").catch(() => undefined);
        }
    }
}
