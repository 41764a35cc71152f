import type { KubernetesObject } from "../../kube/support/object.ts";
import type { Cluster } from "./cluster.ts";

/** The storage class of all volumes: folders of the nodes, bound to the first pod that uses them. */
export const storageClass = "local";

export const storageClassObject: KubernetesObject = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: storageClass },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
};

const volumesPerNode = 10;

/** Offers volumes on all nodes. There is no provisioner: each volume is used once. */
export async function offerVolumes({ client, nodes }: Cluster): Promise<void> {
    await client.apply(storageClassObject);
    await Promise.all(
        nodes.map(async ({ name: node, run }) => {
            const numbers = Array.from({ length: volumesPerNode }, (_, index) => index + 1);
            await run("mkdir", "-p", ...numbers.map((number) => folderOf(number)));
            for (const number of numbers) {
                await client.apply(volumeObject(node, number));
            }
        }),
    );
}

function folderOf(number: number): string {
    return `/var/lib/volumes/${number}`;
}

function volumeObject(node: string, number: number) {
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: `${node}-${number}` },
        spec: {
            // Nothing enforces it.
            capacity: { storage: "100Gi" },
            accessModes: ["ReadWriteOnce"],
            persistentVolumeReclaimPolicy: "Retain",
            storageClassName: storageClass,
            local: { path: folderOf(number) },
            nodeAffinity: {
                required: {
                    nodeSelectorTerms: [
                        {
                            matchExpressions: [
                                { key: "kubernetes.io/hostname", operator: "In", values: [node] },
                            ],
                        },
                    ],
                },
            },
        },
    };
}
