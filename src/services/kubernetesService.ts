import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type KubernetesDeployment, replicasOf, scales } from "../environment/deployment.ts";
import { ConsumerService, type ConsumerServiceArgs, secretFilesOf } from "./consumerService.ts";
import { contractName, toContractArgs } from "./kubernetes/contract.ts";
import { toDeploymentArgs } from "./kubernetes/deployment.ts";
import { toDisruptionBudgetArgs } from "./kubernetes/disruptionBudget.ts";
import { toHttpServiceArgs } from "./kubernetes/httpService.ts";
import { toIngressArgs } from "./kubernetes/ingress.ts";
import { type ReachedServers, toNetworkPolicyArgs } from "./kubernetes/networkPolicy.ts";
import type { ServicePlace } from "./kubernetes/place.ts";
import { type Scaling, toScaledObjectArgs } from "./kubernetes/scaledObject.ts";
import { toServiceAccountArgs } from "./kubernetes/serviceAccount.ts";
import { serviceSecretName, toServiceSecretArgs } from "./kubernetes/serviceSecret.ts";
import type { PodFiles } from "./kubernetes/volumes.ts";
import { authorityFile } from "./runtime/runtime.ts";
import { type SecretFile, secretEnvironment } from "./runtime/secretFile.ts";

export interface KubernetesServiceArgs extends ConsumerServiceArgs {
    readonly image: string;
    readonly deployment: KubernetesDeployment;
    /** What the service connects to. */
    readonly reached: ReachedServers;
    /** The authorities of broker and database. */
    readonly authorities: Pick<PodFiles, "authority" | "database">;
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
        const files = secretFilesOf(args, authorityFile);
        const needed = [
            new k8s.core.v1.ServiceAccount(`${name}-account`, toServiceAccountArgs(place), child),
            new k8s.networking.v1.NetworkPolicy(
                `${name}-network`,
                toNetworkPolicyArgs(place, args.reached, deployment),
                child,
            ),
            new k8s.core.v1.ConfigMap(`${name}-contract`, toContractArgs(place, contract), child),
            this.secrets(`${name}-secrets`, place, files, child),
        ];
        const replicas = replicasOf(deployment, service);
        this.deployment = new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            toDeploymentArgs({
                ...place,
                workload: args.workload,
                image: args.image,
                replicas,
                imagePullSecrets: deployment.imagePullSecrets,
                files: {
                    contract: contractName(place, contract),
                    secrets: serviceSecretName(place, files),
                    ...args.authorities,
                },
                environment: secretEnvironment(files),
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

    private secrets(
        name: string,
        place: ServicePlace,
        files: readonly SecretFile[],
        child: pulumi.CustomResourceOptions,
    ): k8s.core.v1.Secret {
        const contents = pulumi
            .all(files.map(({ content }) => pulumi.output(content)))
            .apply((each) => Object.fromEntries(files.map((file, index) => [file.name, each[index] ?? ""])));
        const stringData = pulumi.secret(contents);
        return new k8s.core.v1.Secret(name, { ...toServiceSecretArgs(place, files), stringData }, child);
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
