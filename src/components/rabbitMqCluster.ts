import * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";
import type { Cluster, DockerCluster, ExternalCluster } from "../model/index.js";
import type { BrokerAddress } from "./brokerAddress.js";
import { DockerBroker } from "./dockerBroker.js";

export interface RabbitMqClusterArgs {
    readonly cluster: Cluster;
    /** Begins the name of every container, network and volume. */
    readonly prefix: string;
    /** The administrator's password on an external broker. */
    readonly password?: pulumi.Input<string>;
}

/** A RabbitMQ cluster that is ready to be declared on: made here, or one that others run. */
export class RabbitMqCluster extends pulumi.ComponentResource {
    /** Declares objects on the cluster. */
    readonly provider: rabbitmq.Provider;
    /** The management API's URL as seen from where the program runs. */
    readonly endpoint: pulumi.Output<string>;
    readonly username: pulumi.Output<string>;
    readonly password: pulumi.Output<string>;
    /** Where services find the broker, as seen from where they run. */
    readonly address: BrokerAddress;
    /** The Docker network of the nodes; `undefined` where there is none. */
    readonly network: pulumi.Output<string> | undefined;

    constructor(name: string, args: RabbitMqClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:RabbitMqCluster", name, {}, opts);
        const broker = brokerOf(this, name, args);
        this.endpoint = pulumi.output(broker.endpoint);
        this.username = pulumi.output(broker.username);
        this.password = pulumi.secret(broker.password);
        this.address = broker.address;
        this.network = broker.network;
        // The provider's schema does not mark its password as a secret: without the wrapping it would stand in the state in clear.
        this.provider = new rabbitmq.Provider(
            `${name}-provider`,
            { endpoint: this.endpoint, username: this.username, password: this.password },
            { parent: this, dependsOn: [...broker.ready] },
        );
        this.registerOutputs({ endpoint: this.endpoint });
    }
}

interface Broker {
    readonly endpoint: pulumi.Input<string>;
    readonly username: pulumi.Input<string>;
    readonly password: pulumi.Input<string>;
    readonly address: BrokerAddress;
    readonly network: pulumi.Output<string> | undefined;
    readonly ready: readonly pulumi.Resource[];
}

function brokerOf(
    parent: RabbitMqCluster,
    name: string,
    { cluster, prefix, password }: RabbitMqClusterArgs,
): Broker {
    switch (cluster.kind) {
        case "docker":
            return dockerBroker(parent, name, prefix, cluster);
        case "external":
            return externalBroker(cluster, password ?? "");
        case "kubernetes":
            throw new pulumi.RunError('cluster "kubernetes" cannot be made yet; use "docker" or "external"');
    }
}

function dockerBroker(parent: RabbitMqCluster, name: string, prefix: string, cluster: DockerCluster): Broker {
    const broker = new DockerBroker(`${name}-docker`, { cluster, prefix }, { parent });
    return { ...broker.access, ready: broker.nodes };
}

function externalBroker(cluster: ExternalCluster, password: pulumi.Input<string>): Broker {
    return {
        endpoint: cluster.endpoint,
        username: cluster.username,
        password,
        address: { hosts: cluster.hosts, port: cluster.amqpPort, tls: cluster.tls },
        network: undefined,
        ready: [],
    };
}
