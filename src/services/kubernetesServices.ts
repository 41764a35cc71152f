import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerPods } from "@spot-messaging/pulumi";
import {
    databaseConnections,
    handlesMails,
    type KubernetesDeployment,
    keepsState,
    replicasOf,
    scales,
} from "../environment/deployment.ts";
import type { Database, ObjectStore } from "../environment/state.ts";
import { services as serviceNames } from "../topology/names.ts";
import type { ConsumerServiceArgs } from "./consumerService.ts";
import type { ReachedServers } from "./kubernetes/networkPolicy.ts";
import { toOldDataClaimArgs } from "./kubernetes/oldDataClaim.ts";
import { podsOf } from "./kubernetes/place.ts";
import { toPodMonitorArgs } from "./kubernetes/podMonitor.ts";
import { scalingQueues } from "./kubernetes/scaledObject.ts";
import {
    type ScalingUser,
    scalingData,
    toScalingSecretArgs,
    toTriggerAuthenticationArgs,
} from "./kubernetes/triggerAuthentication.ts";
import { authorityOf, databaseServers, KubernetesDatabase } from "./kubernetesDatabase.ts";
import { KubernetesService } from "./kubernetesService.ts";
import { deployedServices, SpotServices, type SpotServicesArgs } from "./spotServices.ts";

export interface KubernetesServicesArgs extends SpotServicesArgs {
    readonly deployment: KubernetesDeployment;
    readonly database: Database;
    readonly objectStore: ObjectStore;
    readonly broker: BrokerPods;
    /** The user that can read queue lengths but no messages. */
    readonly scalingUser: string;
    /** Whether the engine refuses to delete the services' state. */
    readonly retain: boolean;
}

/** The services on Kubernetes, in the broker's namespace. */
export class KubernetesServices extends SpotServices {
    constructor(name: string, args: KubernetesServicesArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const { topology, vhost, deployment, broker, database, access } = args;
        const { namespace, monitoring, oldData } = deployment;
        // The namespace exists before the topology; both are deleted after the services.
        const child = { parent: this, dependsOn: [...args.messaging.declared] };
        if (oldData !== undefined) {
            new k8s.core.v1.PersistentVolumeClaim(`${name}-data`, toOldDataClaimArgs(namespace, oldData), {
                ...child,
                protect: args.retain,
                retainOnDelete: true,
            });
        }
        const services = deployedServices(args);
        const scaled = services.some(({ service }) => scales(replicasOf(deployment, service)));
        // Before any service: without KEDA, no service must be rolled, because nothing would scale it.
        const scaling = scaled ? [this.scaling(`${name}-scaling`, args, child)] : [];
        const state =
            database.kind === "embedded"
                ? []
                : new KubernetesDatabase(
                      `${name}-database`,
                      {
                          database,
                          deployment,
                          access,
                          image: args.image,
                          clients: services
                              .filter(({ service }) => keepsState(service.name))
                              .map(({ service }) => podsOf({ namespace, service })),
                          connections: databaseConnections(deployment),
                          retain: args.retain,
                          after: child.dependsOn,
                      },
                      { parent: this },
                  ).ready;
        for (const each of services) {
            new KubernetesService(
                `${name}-${each.service.name}`,
                {
                    ...each,
                    image: args.image,
                    deployment,
                    reached: reachedBy(args, each),
                    authorities: {
                        authority: broker.authority,
                        database: keepsState(each.service.name) ? authorityOf(database) : undefined,
                    },
                    scaling: {
                        queues: scalingQueues(each.service, topology),
                        vhost,
                        managementUrl: broker.managementUrl,
                    },
                    after: [...child.dependsOn, ...state, ...scaling],
                },
                { parent: this },
            );
        }
        if (monitoring !== undefined) {
            new k8s.apiextensions.CustomResource(
                `${name}-monitor`,
                toPodMonitorArgs(
                    namespace,
                    monitoring,
                    services.map(({ service }) => service),
                ),
                child,
            );
        }
        this.registerOutputs({});
    }

    /** Credentials with which KEDA queries the broker. */
    private scaling(
        name: string,
        { deployment, broker, messaging, scalingUser }: KubernetesServicesArgs,
        child: pulumi.CustomResourceOptions,
    ): pulumi.Resource {
        const user: ScalingUser = {
            namespace: deployment.namespace,
            username: scalingUser,
            authority: broker.authority,
        };
        const secret = new k8s.core.v1.Secret(
            `${name}-user`,
            {
                ...toScalingSecretArgs(user),
                stringData: pulumi
                    .secret(messaging.passwords.get(scalingUser) ?? "")
                    .apply((password) => ({ ...scalingData(user, password) })),
            },
            child,
        );
        return new k8s.apiextensions.CustomResource(name, toTriggerAuthenticationArgs(user), {
            ...child,
            dependsOn: [secret],
        });
    }
}

/** The servers of one service: the broker, the database if it keeps state, the object store if it handles e-mails. */
function reachedBy(
    { broker, database, objectStore, deployment }: KubernetesServicesArgs,
    { service, address }: Pick<ConsumerServiceArgs, "service" | "address">,
): ReachedServers {
    const state = keepsState(service.name) ? databaseServers(database) : { pods: [], peers: [] };
    return {
        pods: [{ labels: broker.labels, port: address.port }, ...state.pods],
        peers: [
            ...state.peers,
            ...(handlesMails(service.name) && objectStore.kind === "s3" ? objectStore.peers : []),
            ...(service.name === serviceNames.notifier ? deployment.notificationPeers : []),
        ],
    };
}
