import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BrokerPods } from "@spot-messaging/pulumi";
import { type KubernetesDeployment, replicasOf, scales } from "../environment/deployment.ts";
import { toDataClaimArgs } from "./kubernetes/dataClaim.ts";
import { scalingQueues } from "./kubernetes/scaledObject.ts";
import {
    type ScalingUser,
    scalingData,
    toScalingSecretArgs,
    toTriggerAuthenticationArgs,
} from "./kubernetes/triggerAuthentication.ts";
import { KubernetesService } from "./kubernetesService.ts";
import { deployedServices, SpotServices, type SpotServicesArgs } from "./spotServices.ts";

export interface KubernetesServicesArgs extends SpotServicesArgs {
    readonly deployment: KubernetesDeployment;
    readonly broker: BrokerPods;
    /** The services that can have several replicas. */
    readonly scalable: readonly string[];
    /** The user that can read queue lengths but no messages. */
    readonly scalingUser: string;
    /** Whether the engine refuses to delete the volume with stored e-mails and results. */
    readonly retain: boolean;
}

/** The services on Kubernetes, in the broker's namespace. */
export class KubernetesServices extends SpotServices {
    constructor(name: string, args: KubernetesServicesArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const { topology, vhost, deployment, broker } = args;
        // The namespace exists before the topology; both are deleted after the services.
        const child = { parent: this, dependsOn: [...args.messaging.declared] };
        const data = new k8s.core.v1.PersistentVolumeClaim(`${name}-data`, toDataClaimArgs(deployment), {
            ...child,
            protect: args.retain,
        });
        const services = deployedServices(args);
        const scaled = services.some(({ service }) => scales(replicasOf(deployment, service)));
        // Before any service: without KEDA, no service must be rolled, because nothing would scale it.
        const scaling = scaled ? [this.scaling(`${name}-scaling`, args, child)] : [];
        for (const each of services) {
            new KubernetesService(
                `${name}-${each.service.name}`,
                {
                    ...each,
                    image: args.image,
                    deployment,
                    shared: args.scalable.includes(each.service.name),
                    brokerLabels: broker.labels,
                    authority: broker.authority,
                    scaling: {
                        queues: scalingQueues(each.service, topology),
                        vhost,
                        managementUrl: broker.managementUrl,
                    },
                    after: [...child.dependsOn, data, ...scaling],
                },
                { parent: this },
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
