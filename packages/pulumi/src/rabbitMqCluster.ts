import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as RabbitMq from "@pulumi/rabbitmq";
import { reachManagement } from "@spot-messaging/management";
import { type BrokerVersion, UsageError } from "@spot-messaging/topology";
import { writeAuthorityFile } from "./cluster/authorityFile.ts";
import type { BrokerAddress } from "./cluster/brokerAddress.ts";
import type { BrokerPods } from "./cluster/brokerPods.ts";
import type { Cluster, DockerCluster, ExternalCluster } from "./cluster/cluster.ts";
import { DockerBroker } from "./cluster/dockerBroker.ts";
import { KubernetesBroker, type KubernetesBrokerArgs } from "./cluster/kubernetesBroker.ts";
import { peer } from "./peer.ts";

/** Arguments of {@link RabbitMqCluster}. */
export interface RabbitMqClusterArgs {
    readonly cluster: Cluster;
    /** The minor version of RabbitMQ; the network policy depends on it. */
    readonly brokerVersion: BrokerVersion;
    /** Prefix of the name of every container, network and volume. @default - the name of the component */
    readonly prefix?: string;
    /** Whether Pulumi refuses to delete nodes that hold messages. @default false */
    readonly retain?: boolean;
    /** The administrator's password on an external broker. */
    readonly password?: pulumi.Input<string>;
    /**
     * The folder for the certificate of the stack's own authority, which the RabbitMQ provider reads from a file.
     * @default - a folder for temporary files
     */
    readonly authorityFolder?: string;
}

/** A RabbitMQ cluster for a topology: created by the component, or an existing one. */
export class RabbitMqCluster extends pulumi.ComponentResource {
    /** The provider for objects on the cluster. */
    readonly provider: RabbitMq.Provider;
    /** The management API's URL for the machine where the program runs. */
    readonly endpoint: pulumi.Output<string>;
    /** The administrator. */
    readonly username: pulumi.Output<string>;
    /** The administrator's password; a secret. */
    readonly password: pulumi.Output<string>;
    /** The broker's address for services. */
    readonly address: BrokerAddress;
    /** The Docker network of the nodes; `undefined` outside Docker. */
    readonly network: pulumi.Output<string> | undefined;
    /** The Docker networks of `clientNetworks`, by that name; empty outside Docker. */
    readonly clientNetworks: ReadonlyMap<string, pulumi.Output<string>>;
    /** The broker's pods; `undefined` outside Kubernetes. */
    readonly pods: BrokerPods | undefined;

    constructor(name: string, args: RabbitMqClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const rabbitmq = peer("RabbitMqCluster", "@pulumi/rabbitmq");
        refuseUnusable(name, args);
        super("messaging:index:RabbitMqCluster", name, {}, opts);
        const broker = brokerOf(this, name, args);
        this.endpoint = pulumi.output(broker.endpoint);
        this.username = pulumi.output(broker.username);
        this.password = pulumi.secret(broker.password);
        this.address = broker.address;
        this.network = broker.network;
        this.clientNetworks = broker.clientNetworks ?? new Map();
        this.pods = broker.pods;
        const folder = args.authorityFolder ?? join(tmpdir(), "rabbitmq-authorities");
        const cacertFile = broker.authorityCertificate?.apply((each) => writeAuthorityFile(folder, each));
        // The provider's schema does not mark its password as a secret: without `secret`, the state would contain it in plain text.
        this.provider = new rabbitmq.Provider(
            `${name}-provider`,
            {
                endpoint: broker.kind === "docker" ? this.endpoint : this.reached(broker),
                username: this.username,
                password: this.password,
                ...(cacertFile !== undefined && { cacertFile }),
            },
            { parent: this, dependsOn: [...broker.ready] },
        );
        this.registerOutputs({ endpoint: this.endpoint, username: this.username, password: this.password });
    }

    /** The endpoint, after the nodes are ready and it answers. A preview does not wait, because the broker may not exist yet. */
    private reached({ ready, authorityCertificate }: Broker): pulumi.Output<string> {
        if (pulumi.runtime.isDryRun()) {
            return this.endpoint;
        }
        const authority = authorityCertificate ?? pulumi.output(undefined);
        const nodes = pulumi.all(ready.map(({ urn }) => urn));
        const reached = pulumi
            .all([this.endpoint, this.username, this.password, authority, nodes])
            .apply(async ([endpoint, username, password, certificate]) => {
                await reachManagement({ endpoint, username, password, authority: certificate });
                return endpoint;
            });
        // The endpoint does not contain the password, which is a dependency of this value.
        return pulumi.unsecret(reached);
    }
}

/**
 * What Docker or the broker would refuse in the middle of an update.
 * @throws UsageError
 */
function refuseUnusable(name: string, { cluster, prefix = name, password }: RabbitMqClusterArgs): void {
    // The prefix and "-rabbitmq-0" are a host name, which has at most 63 characters.
    if (cluster.kind === "docker" && !/^[A-Za-z0-9][\w.-]{0,51}$/u.test(prefix)) {
        throw new UsageError(
            `RabbitMqCluster "${name}": "prefix" is "${prefix}"; write at most 52 letters, digits, "-", "_" and ".", a letter or digit first`,
        );
    }
    if (cluster.kind === "external" && password === undefined) {
        throw new UsageError(
            `RabbitMqCluster "${name}": "password" is missing; write the password of user "${cluster.username}" of ${cluster.endpoint}`,
        );
    }
}

interface Broker {
    readonly kind: Cluster["kind"];
    readonly endpoint: pulumi.Input<string>;
    readonly username: pulumi.Input<string>;
    readonly password: pulumi.Input<string>;
    readonly authorityCertificate?: pulumi.Output<string> | undefined;
    readonly address: BrokerAddress;
    readonly network?: pulumi.Output<string>;
    readonly clientNetworks?: ReadonlyMap<string, pulumi.Output<string>>;
    readonly pods?: BrokerPods;
    readonly ready: readonly pulumi.Resource[];
}

function brokerOf(
    parent: RabbitMqCluster,
    name: string,
    { cluster, brokerVersion, prefix = name, password, retain = false }: RabbitMqClusterArgs,
): Broker {
    switch (cluster.kind) {
        case "docker":
            return dockerBroker(parent, name, prefix, cluster);
        case "kubernetes":
            return kubernetesBroker(parent, name, { cluster, brokerVersion, retain });
        case "external":
            return externalBroker(cluster, password ?? ""); // refuseUnusable() has seen it
    }
}

function dockerBroker(parent: RabbitMqCluster, name: string, prefix: string, cluster: DockerCluster): Broker {
    const broker = new DockerBroker(`${name}-docker`, { cluster, prefix }, { parent });
    return { kind: "docker", ...broker.access, ready: broker.nodes };
}

function kubernetesBroker(parent: RabbitMqCluster, name: string, args: KubernetesBrokerArgs): Broker {
    const broker = new KubernetesBroker(`${name}-kubernetes`, args, { parent });
    const { endpoint, username, password, authorityCertificate, address, pods, ready } = broker;
    return { kind: "kubernetes", endpoint, username, password, authorityCertificate, address, pods, ready };
}

function externalBroker(cluster: ExternalCluster, password: pulumi.Input<string>): Broker {
    return {
        kind: "external",
        endpoint: cluster.endpoint,
        username: cluster.username,
        password,
        address: { hosts: cluster.hosts, port: cluster.amqpPort, tls: cluster.tls },
        ready: [],
    };
}
