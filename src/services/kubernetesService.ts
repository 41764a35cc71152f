import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type KubernetesDeployment, replicasOf, scales } from "../environment/deployment.ts";
import { ConsumerService, type ConsumerServiceArgs, connectionOf } from "./consumerService.ts";
import { connectionData, connectionName, toConnectionArgs } from "./kubernetes/connectionSecret.ts";
import { contractName, toContractArgs } from "./kubernetes/contract.ts";
import { dataClaimName } from "./kubernetes/dataClaim.ts";
import { toDeploymentArgs } from "./kubernetes/deployment.ts";
import { toDisruptionBudgetArgs } from "./kubernetes/disruptionBudget.ts";
import { toHttpServiceArgs } from "./kubernetes/httpService.ts";
import { toIngressArgs } from "./kubernetes/ingress.ts";
import { toNetworkPolicyArgs } from "./kubernetes/networkPolicy.ts";
import type { ServicePlace } from "./kubernetes/place.ts";
import { type Scaling, toScaledObjectArgs } from "./kubernetes/scaledObject.ts";
import { toServiceAccountArgs } from "./kubernetes/serviceAccount.ts";
import type { PodFiles } from "./kubernetes/volumes.ts";
import { authorityFile } from "./runtime/runtime.ts";

export interface KubernetesServiceArgs extends ConsumerServiceArgs {
    readonly image: string;
    readonly deployment: KubernetesDeployment;
    /** Whether several replicas can run at the same time. */
    readonly shared: boolean;
    /** The labels of the broker's pods. */
    readonly brokerLabels: Readonly<Record<string, string>>;
    readonly authority: PodFiles["authority"];
    /** KEDA scaling settings; used only if the replica range is not a single number. */
    readonly scaling: Omit<Scaling, "replicas">;
    /** The resources that must exist first and be deleted last. */
    readonly after: readonly pulumi.Resource[];
}

/** A service in restricted pods, which are rolled when their contract or credentials change. */
export class KubernetesService extends ConsumerService {
    readonly deployment: k8s.apps.v1.Deployment;

    constructor(name: string, args: KubernetesServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, opts);
        const { service, deployment, contract } = args;
        const place: ServicePlace = { namespace: deployment.namespace, service };
        const child = { parent: this, dependsOn: [...args.after] };
        const connection = connectionOf(args, authorityFile);
        const needed = [
            new k8s.core.v1.ServiceAccount(`${name}-account`, toServiceAccountArgs(place), child),
            new k8s.networking.v1.NetworkPolicy(
                `${name}-network`,
                toNetworkPolicyArgs(
                    place,
                    { labels: args.brokerLabels, port: args.address.port },
                    deployment,
                ),
                child,
            ),
            new k8s.core.v1.ConfigMap(`${name}-contract`, toContractArgs(place, contract), child),
            this.connection(`${name}-connection`, place, args, child),
        ];
        const replicas = replicasOf(deployment, service);
        this.deployment = new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            toDeploymentArgs({
                ...place,
                workload: args.workload,
                image: args.image,
                replicas,
                shared: args.shared,
                imagePullSecrets: deployment.imagePullSecrets,
                files: {
                    contract: contractName(place, contract),
                    connection: connectionName(place, connection),
                    authority: args.authority,
                    data: dataClaimName,
                },
            }),
            { ...child, dependsOn: [...args.after, ...needed] },
        );
        const running = { ...child, dependsOn: [this.deployment] };
        if (replicas.most > 1) {
            new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, toDisruptionBudgetArgs(place), child);
        }
        if (scales(replicas)) {
            const scaledObject = toScaledObjectArgs(place, { ...args.scaling, replicas });
            new k8s.apiextensions.CustomResource(`${name}-scaling`, scaledObject, running);
        }
        if (args.workload.httpPort !== undefined) {
            this.reachable(name, place, deployment, running);
        }
        this.registerOutputs({});
    }

    private connection(
        name: string,
        place: ServicePlace,
        args: KubernetesServiceArgs,
        child: pulumi.CustomResourceOptions,
    ): k8s.core.v1.Secret {
        const connection = connectionOf(args, authorityFile);
        const stringData = pulumi
            .secret(args.password)
            .apply((password) => ({ ...connectionData({ ...connection, password }) }));
        return new k8s.core.v1.Secret(name, { ...toConnectionArgs(place, connection), stringData }, child);
    }

    /** The HTTP interface, for pods of the same namespace and, if configured, through an ingress. */
    private reachable(
        name: string,
        place: ServicePlace,
        { ingress }: KubernetesDeployment,
        running: pulumi.CustomResourceOptions,
    ): void {
        const found = new k8s.core.v1.Service(`${name}-service`, toHttpServiceArgs(place), running);
        if (ingress !== undefined) {
            new k8s.networking.v1.Ingress(`${name}-ingress`, toIngressArgs(place, ingress), {
                ...running,
                dependsOn: [found],
            });
        }
    }
}
