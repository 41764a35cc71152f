import * as pulumi from "@pulumi/pulumi";
import type { BrokerVersion } from "@spot-messaging/topology";
import { administratorData } from "../kubernetes/broker/administrator.ts";
import { certificateHosts, toCertificateArgs } from "../kubernetes/broker/certificate.ts";
import { toDisruptionBudgetArgs } from "../kubernetes/broker/disruptionBudget.ts";
import { toNamespaceArgs } from "../kubernetes/broker/namespace.ts";
import { toBrokerPolicyArgs, toDefaultDenyArgs } from "../kubernetes/broker/networkPolicy.ts";
import {
    brokerMetadata,
    brokerName,
    brokerPorts,
    podLabels,
    secretNames,
    serviceHost,
    tlsSecretName,
} from "../kubernetes/broker/place.ts";
import { toRabbitmqClusterArgs } from "../kubernetes/broker/rabbitmqCluster.ts";
import { peer } from "../peer.ts";
import { administratorOf } from "./administrator.ts";
import type { BrokerAddress } from "./brokerAddress.ts";
import type { BrokerPods } from "./brokerPods.ts";
import type { KubernetesCluster } from "./cluster.ts";
import { OwnAuthority } from "./ownAuthority.ts";

export interface KubernetesBrokerArgs {
    readonly cluster: KubernetesCluster;
    readonly brokerVersion: BrokerVersion;
    /** Whether the engine refuses to delete the nodes and their messages. */
    readonly retain: boolean;
}

/** RabbitMQ nodes on Kubernetes, which form one cluster, in the stack's own namespace. */
export class KubernetesBroker extends pulumi.ComponentResource {
    readonly endpoint: string;
    readonly username: string;
    readonly password: pulumi.Output<string>;
    /** The certificate of the broker's authority, as PEM; `undefined` with cert-manager. */
    readonly authorityCertificate: pulumi.Output<string> | undefined;
    readonly address: BrokerAddress;
    readonly pods: BrokerPods;
    /** Resolves when all nodes are ready. */
    readonly ready: readonly pulumi.Resource[];

    constructor(
        name: string,
        { cluster, brokerVersion, retain }: KubernetesBrokerArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        const k8s = peer("RabbitMqCluster", "@pulumi/kubernetes");
        const random = peer("RabbitMqCluster", "@pulumi/random");
        super("messaging:index:KubernetesBroker", name, {}, opts);
        const child = { parent: this };
        this.username = administratorOf(cluster);
        // The namespace often exists already, because the deploying identity has its permissions in it, but none to create or delete one. A
        // Namespace resource would then fail; a patch creates the namespace if it can, and does not delete it at the end.
        const namespace = new k8s.core.v1.NamespacePatch(
            `${name}-namespace`,
            toNamespaceArgs(cluster),
            child,
        );
        const inside = { ...child, dependsOn: [namespace] };
        const operator =
            cluster.operatorManifest === undefined
                ? []
                : [new k8s.yaml.v2.ConfigFile(`${name}-operator`, { file: cluster.operatorManifest }, child)];
        this.password = new random.RandomPassword(
            `${name}-admin-password`,
            // Letters and digits only: the configuration file has no quoting.
            { length: 32, special: false },
            child,
        ).result;
        const host = serviceHost(cluster);
        const administrator = new k8s.core.v1.Secret(
            `${name}-administrator`,
            {
                metadata: brokerMetadata(cluster, secretNames.administrator),
                type: "servicebinding.io/rabbitmq",
                stringData: pulumi
                    .secret(this.password)
                    .apply((password) => ({ ...administratorData(this.username, host, password) })),
            },
            inside,
        );
        const { certificate, authorityCertificate } = this.certificate(name, cluster, inside);
        const policies = [
            new k8s.networking.v1.NetworkPolicy(`${name}-default-deny`, toDefaultDenyArgs(cluster), inside),
            new k8s.networking.v1.NetworkPolicy(
                `${name}-network`,
                toBrokerPolicyArgs(cluster, brokerVersion),
                inside,
            ),
        ];
        const budget = new k8s.policy.v1.PodDisruptionBudget(
            `${name}-budget`,
            toDisruptionBudgetArgs(cluster),
            inside,
        );
        const nodes = new k8s.apiextensions.CustomResource(
            `${name}-cluster`,
            toRabbitmqClusterArgs(cluster),
            {
                ...child,
                dependsOn: [namespace, ...operator, administrator, certificate, ...policies, budget],
                protect: retain,
            },
        );
        this.ready = [nodes];
        this.authorityCertificate = authorityCertificate;
        this.endpoint = cluster.managementUrl ?? `https://${host}:${brokerPorts.management}`;
        this.address = { hosts: [host], port: brokerPorts.amqps, tls: true };
        this.pods = {
            namespace: cluster.namespace,
            name: brokerName,
            host,
            labels: podLabels,
            authority: { secretName: tlsSecretName(cluster), key: "ca.crt" },
            managementUrl: `https://${host}:${brokerPorts.management}`,
        };
        this.registerOutputs({});
    }

    /** Creates the Secret with key, certificate and the authority's certificate, or lets cert-manager create it. */
    private certificate(
        name: string,
        cluster: KubernetesCluster,
        inside: pulumi.CustomResourceOptions,
    ): { readonly certificate: pulumi.Resource; readonly authorityCertificate?: pulumi.Output<string> } {
        const k8s = peer("RabbitMqCluster", "@pulumi/kubernetes");
        const { authority } = cluster;
        if (authority.kind !== "own") {
            const args = toCertificateArgs(cluster, authority);
            return {
                certificate: new k8s.apiextensions.CustomResource(`${name}-certificate`, args, inside),
            };
        }
        const own = new OwnAuthority(
            `${name}-tls`,
            { commonName: brokerName, hosts: certificateHosts(cluster) },
            { parent: this },
        );
        const secret = new k8s.core.v1.Secret(
            `${name}-certificate`,
            {
                metadata: brokerMetadata(cluster, tlsSecretName(cluster)),
                type: "kubernetes.io/tls",
                stringData: {
                    "tls.crt": own.certificate,
                    "tls.key": own.privateKey,
                    "ca.crt": own.authorityCertificate,
                },
            },
            inside,
        );
        return { certificate: secret, authorityCertificate: own.authorityCertificate };
    }
}
