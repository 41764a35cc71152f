import { expect } from "vitest";
import { type Arrangement, withoutRun } from "../support/arrangement.ts";
import {
    demandingVersion,
    laterVersion,
    oldDefinition,
    replaceDefinition,
} from "../support/brokerDefinition.ts";
import type { Cluster } from "../support/cluster.ts";
import { prepareDeployment } from "../support/deployment.ts";
import { experiment } from "../support/experiment.ts";
import type { Ground } from "../support/ground.ts";
import { prodNamespace } from "../support/prodValues.ts";
import {
    deleteHeldNamespace,
    deleteNamespace,
    expiredToken,
    stopStore,
    takeRights,
    takeTheSeat,
    withAbsentServer,
    withoutStorageClass,
} from "../support/refusingCluster.ts";

const unfit = "Kubernetes at URL cannot run this stack:";
const kind = '- kind "RabbitmqCluster" of rabbitmq.com/v1beta1:';
const operatorWayOut = "install RabbitMQ Cluster Operator 2.16 or later";
const rightsWayOut =
    "have an administrator apply deploy/rbac.yaml of this release, with the name of your namespace";
const lacking = `- namespace "${prodNamespace}": this identity has no right to`;
const everything = [
    ...["configmaps", "secrets", "serviceaccounts", "services", "deployments.apps"],
    ...["ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io", "poddisruptionbudgets.policy"],
    ...["rabbitmqclusters.rabbitmq.com", "jobs.batch"],
];

/** A cluster or an identity with which the program stops before it creates anything. */
type Refusal = readonly [
    circumstance: string,
    arrange: (cluster: Cluster) => Promise<Arrangement>,
    says: readonly string[],
];

const refusals: readonly Refusal[] = [
    [
        "without the broker's operator",
        (cluster) => replaceDefinition(cluster, () => Promise.resolve(undefined)),
        [
            unfit,
            `${kind} not installed; install the RabbitMQ Cluster Operator, or name the URL of its release in "operatorManifest"`,
        ],
    ],
    [
        "with a broker's operator that is too old",
        (cluster) => replaceDefinition(cluster, oldDefinition),
        [
            unfit,
            `${kind} the installed version does not know "spec.autoEnableAllFeatureFlags"; ${operatorWayOut}`,
        ],
    ],
    [
        "with a broker's operator that has only a later version of the kind",
        (cluster) => replaceDefinition(cluster, laterVersion),
        [unfit, `${kind} the installed version has rabbitmq.com/v1 instead; ${operatorWayOut}`],
    ],
    [
        "with a broker's operator that requires more",
        (cluster) => replaceDefinition(cluster, demandingVersion),
        [
            unfit,
            `${kind} the installed version requires "spec.edition", which this stack does not set; ${operatorWayOut}`,
        ],
    ],
    [
        "with a storage class that does not exist",
        () => Promise.resolve({ changes: { storageClass: "fast" } }),
        [unfit, '- storage class "fast" (storageClass): does not exist; name "local", or create it'],
    ],
    [
        "without any storage class",
        withoutStorageClass,
        [unfit, '- storage class "local" (storageClass): does not exist; there is none; create it'],
    ],
    [
        "in a namespace that is being deleted",
        deleteHeldNamespace,
        [
            unfit,
            `- namespace "${prodNamespace}": is being deleted since TIME (Some resources are remaining: configmaps. has 1 resource instances; Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances); have an administrator start the software that removes these finalizers, wait until it is deleted, have an administrator create it again with the rights of the deploying identity, and run the command again`,
        ],
    ],
    [
        "without the namespace",
        deleteNamespace,
        [
            unfit,
            `${lacking} get, list, watch, create, patch, delete ${everything.join(", ")}; ${rightsWayOut}`,
        ],
    ],
    [
        "without some rights",
        takeRights,
        [
            unfit,
            `${lacking} get, list, watch, create, patch, delete secrets; ${rightsWayOut}`,
            `${lacking} create, patch, delete jobs.batch; ${rightsWayOut}`,
        ],
    ],
    [
        "with an expired token",
        expiredToken,
        [
            'Kubernetes at URL does not accept the credentials of context "test" (401 Unauthorized); log in again or renew the token in the kubeconfig',
        ],
    ],
    [
        "while the API server answers 429",
        takeTheSeat,
        [
            "Kubernetes at URL answers 429, also after 4 attempts; it is overloaded, starting or out of order: try again in a few minutes",
        ],
    ],
    [
        "while the API server answers 503",
        withAbsentServer,
        [
            "Kubernetes at URL answers 503, also after 4 attempts; it is overloaded, starting or out of order: try again in a few minutes",
        ],
    ],
    [
        "while the store of the API server does not answer",
        stopStore,
        [
            'Kubernetes at URL cannot be reached (no answer in 10 s); check that it runs, that this machine has a way to it (VPN, proxy), and that "test" is the right context of the kubeconfig',
        ],
    ],
];

/** What the program says where it cannot work, before it creates anything. Nothing of the stack is on the ground before. */
export function refusalExperiments(ground: () => Ground): void {
    for (const [circumstance, arrange, says] of refusals) {
        experiment(
            "Bad input",
            `${circumstance}, \`npm run up\` creates nothing and says why`,
            async (note) => {
                const { cluster } = ground();
                const deployment = await prepareDeployment(ground());
                try {
                    const { changes, token, undo } = await arrange(cluster);
                    let refusal: string;
                    try {
                        refusal = withoutRun(await deployment.refusal(changes, token), cluster);
                    } finally {
                        await undo?.();
                    }
                    note(refusal.replaceAll("\n", " "));
                    expect(refusal.split("\n")).toEqual(says);
                    expect(await deployment.created()).toEqual([]);
                } finally {
                    await deployment.remove();
                }
            },
        );
    }
}
