import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { brokerPod, brokerSize, onBroker } from "../support/brokerNodes.ts";
import { kubectl } from "../support/kubectl.ts";
import type { Machine } from "../support/machine.ts";
import { withBroker } from "../support/messages.ts";
import { podsIn } from "../support/pods.ts";
import { prodNamespace } from "../support/prodValues.ts";
import type { Site } from "../support/site.ts";
import { readyPods } from "./deployments.ts";
import type { Disturbance } from "./disturbance.ts";

/** The machine and the address of a pod. */
async function placeOf({ cluster }: Site, name: string): Promise<{ machine: Machine; address: string }> {
    const pod = (await podsIn(cluster, prodNamespace)).find(({ metadata }) => metadata.name === name);
    const machine = cluster.nodes.find((node) => node.name === pod?.spec.nodeName);
    const address = pod?.status.podIP;
    if (machine === undefined || address === undefined) {
        throw new Error(`pod "${name}" has no place`);
    }
    return { machine, address };
}

/** Stops a node of the broker, and keeps it from starting anywhere. */
async function removeNode(site: Site, index: number): Promise<void> {
    const { machine } = await placeOf(site, brokerPod(index));
    await kubectl(site.cluster, ["cordon", machine.name]);
    await kubectl(site.cluster, [
        ...["delete", "pod", "-n", prodNamespace, brokerPod(index), "--grace-period=0", "--force"],
    ]);
}

async function uncordonAll({ cluster }: Site): Promise<void> {
    await kubectl(cluster, ["uncordon", ...cluster.nodes.map(({ name }) => name)]);
}

const rule = "OUTPUT -p tcp --dport 5671 -j DROP";
/** Cuts the pod with an address from the broker, in the pod's own network. */
const cutPod = `
for space in $(ls /run/netns); do
    if ip netns exec $space ip -o -4 address | grep -qF " $1/"; then
        ip netns exec $space iptables -w -I ${rule}
    fi
done
`;
const repairPods = `
for space in $(ls /run/netns); do
    while ip netns exec $space iptables -w -D ${rule} 2>/dev/null; do :; done
done
`;

/** A third more file descriptors than a node of the broker without work uses. */
const fileLimit = 128;

/** Restarts the broker's container with a small limit: a container inherits the limits of the process that starts it. */
const restartWithLimit = `
set -e
process=$(pgrep -o beam.smp)
until [ "$(cat /proc/$process/comm)" = containerd-shim ]; do
    process=$(awk '/^PPid/ { print $2 }' /proc/$process/status)
done
prlimit --pid $process --nofile=${fileLimit}:${fileLimit}
pkill -KILL beam.smp
`;

/** Holds so many connections to one pod while `work` runs. */
async function connected(site: Site, pod: string, count: number, work: () => Promise<void>): Promise<void> {
    if (count === 0) {
        await work();
    } else {
        await withBroker(site, () => connected(site, pod, count - 1, work), { pod });
    }
}

/** Waits until the broker misses a node, and until it has all of them. */
async function whenBrokerRestarts(site: Site, left: number): Promise<void> {
    for (const count of [left, brokerSize]) {
        await expect
            .poll(async () => (await readyPods(site, { "app.kubernetes.io/name": "rabbitmq" })).length, {
                timeout: 400_000,
                interval: 1_000,
            })
            .toBe(count);
    }
}

/** What happens to nodes of the broker, and to the network before them. */
export const brokerDisturbances = {
    cutReplica: {
        name: "one replica that does not reach the broker",
        alerts: ["ServiceDisconnected", "ReplicaNotReady"],
        windowed: [],
        begin: async (site) => {
            const [pod] = await readyPods(site, { "app.kubernetes.io/name": "analyzer-content" });
            const { machine, address } = await placeOf(site, pod?.metadata.name ?? "");
            await machine.run("bash", "-c", cutPod, "cut", address);
        },
        end: async ({ cluster }) => {
            await Promise.all(cluster.nodes.map((node) => node.run("bash", "-c", repairPods)));
        },
    },
    fewDescriptors: {
        name: "a broker node with few file descriptors and many connections",
        alerts: ["FileDescriptorsNearlyUsed"],
        windowed: [],
        begin: async (site, active) => {
            const pod = brokerPod(2);
            const { machine } = await placeOf(site, pod);
            await machine.run("bash", "-c", restartWithLimit);
            await whenBrokerRestarts(site, 2);
            await connected(site, pod, 35, () => active("FileDescriptorsNearlyUsed"));
        },
        end: async ({ cluster }) => {
            await kubectl(cluster, ["delete", "pod", "-n", prodNamespace, brokerPod(2)]);
        },
    },
    fullNodes: {
        name: "a broker without memory and disk space",
        alerts: ["MemoryAlarm", "DiskAlarm", "MemoryNearlyFull", "PublishPoolExhausted"],
        // The trend of the disk is this machine's.
        windowed: ["DiskFillsUp", "PublishesFail", "SubmissionsUnknown", "ConfirmsSlow"],
        rate: 3,
        begin: async (site, active) => {
            // Publishes that wait less long than their limit.
            for (let round = 0; round < 6; round += 1) {
                await Promise.all(
                    site.cluster.nodes.map(async (node) => {
                        await node.run("pkill", "-STOP", "beam.smp");
                        await sleep(3_000);
                        await node.run("pkill", "-CONT", "beam.smp");
                    }),
                );
                await sleep(3_000);
            }
            await active("ConfirmsSlow");
            await onBroker(site, 0, "rabbitmqctl", "set_vm_memory_high_watermark", "0.00001");
            await onBroker(site, 1, "rabbitmqctl", "set_disk_free_limit", "100000000000000");
        },
        end: async (site) => {
            await Promise.all(site.cluster.nodes.map((node) => node.run("pkill", "-CONT", "beam.smp")));
            // What the operator and the stack configure.
            await onBroker(site, 0, "rabbitmqctl", "set_vm_memory_high_watermark", "0.6");
            await onBroker(site, 1, "rabbitmqctl", "set_disk_free_limit", "3GB");
        },
    },
    lostNodes: {
        name: "nodes of the broker that are lost one by one",
        alerts: [
            ...["ClusterPeersUnreachable", "BrokerNodeMissing", "QueueQuorumCritical", "QueueLostQuorum"],
            ...["QueueMissing", "BrokerDown", "ServiceDisconnected", "ServiceNotReady"],
        ],
        windowed: [],
        begin: async (site, active) => {
            await removeNode(site, 2);
            await active("ClusterPeersUnreachable", "BrokerNodeMissing", "QueueQuorumCritical");
            await removeNode(site, 1);
            await active("QueueLostQuorum", "QueueMissing");
            await removeNode(site, 0);
        },
        end: uncordonAll,
    },
} satisfies Readonly<Record<string, Disturbance>>;
