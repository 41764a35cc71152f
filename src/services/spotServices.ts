import * as pulumi from "@pulumi/pulumi";
import type { MessagingTopology, RabbitMqCluster } from "@spot-messaging/pulumi";
import { type Service, type Topology, userOf } from "@spot-messaging/topology";
import type { ConsumerServiceArgs } from "./consumerService.ts";
import type { ServiceAccess } from "./serviceAccess.ts";

export interface SpotServicesArgs {
    readonly topology: Topology;
    readonly vhost: string;
    /** Creates the contract of a service. */
    readonly contractOf: (service: Service) => object;
    readonly cluster: RabbitMqCluster;
    readonly messaging: MessagingTopology;
    readonly access: ServiceAccess;
    readonly image: string;
}

/** All deployed services of a topology, with their shared objects. They start after the topology is declared. */
export abstract class SpotServices extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:SpotServices", name, {}, opts);
    }
}

/** The arguments of each deployed service. Users without a deployment have none. */
export function deployedServices({
    topology,
    vhost,
    contractOf,
    cluster,
    messaging,
    access,
}: SpotServicesArgs): readonly Omit<ConsumerServiceArgs, "image">[] {
    return topology.services.flatMap((service) =>
        service.workload === undefined
            ? []
            : [
                  {
                      service,
                      workload: service.workload,
                      contract: JSON.stringify(contractOf(service), undefined, 4),
                      vhost,
                      address: cluster.address,
                      username: userOf(service),
                      password: messaging.passwords.get(userOf(service)) ?? "",
                      files: access.filesOf(service.name),
                  },
              ],
    );
}
