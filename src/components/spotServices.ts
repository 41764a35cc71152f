import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Service, Topology } from "../model/index.js";
import { ConsumerService } from "./consumerService.js";
import type { MessagingTopology } from "./messagingTopology.js";
import type { RabbitMqCluster } from "./rabbitMqCluster.js";

export interface SpotServicesArgs {
    readonly topology: Topology;
    readonly vhost: string;
    /** What a service is told of the topology. */
    readonly contractOf: (service: Service) => object;
    readonly cluster: RabbitMqCluster;
    readonly messaging: MessagingTopology;
    readonly image: string;
    readonly prefix: string;
    /** The loopback port of the one service that has an HTTP interface. */
    readonly gatewayPort: number;
}

/** Every deployed service of a topology, with the volume that they share. Nothing starts before the topology is declared. */
export class SpotServices extends pulumi.ComponentResource {
    readonly services: readonly ConsumerService[];

    constructor(name: string, args: SpotServicesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:SpotServices", name, {}, opts);
        const { topology, cluster, messaging, prefix } = args;
        const image = new docker.RemoteImage(
            `${name}-image`,
            { name: args.image, keepLocally: true },
            { parent: this },
        );
        const data = new docker.Volume(`${name}-data`, { name: `${prefix}-data` }, { parent: this });
        this.services = topology.services.flatMap((service) =>
            service.workload === undefined
                ? []
                : [
                      new ConsumerService(
                          `${name}-${service.name}`,
                          {
                              service,
                              workload: service.workload,
                              prefix,
                              contract: JSON.stringify(args.contractOf(service), undefined, 4),
                              vhost: args.vhost,
                              address: cluster.address,
                              password: messaging.passwords.get(service.name) ?? "",
                              image: image.imageId,
                              network: cluster.network ?? "bridge",
                              dataVolume: data.name,
                              publishedPort: args.gatewayPort,
                          },
                          { parent: this, dependsOn: [...messaging.declared] },
                      ),
                  ],
        );
        this.registerOutputs({});
    }
}
