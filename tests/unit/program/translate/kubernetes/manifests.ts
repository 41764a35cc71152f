import { readFileSync } from "node:fs";
import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { Cluster as DatabaseCluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster";
import { ScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import { TriggerAuthentication } from "@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Ajv } from "ajv";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { Job } from "kubernetes-models/batch/v1/Job";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { PersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { Secret } from "kubernetes-models/v1/Secret";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { parse } from "yaml";
import { z } from "zod";

const definition = z
    .object({
        spec: z.object({
            versions: z.tuple([
                z.object({ schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }) }),
            ]),
        }),
    })
    .parse(
        parse(
            readFileSync(
                new URL("../../../../fixtures/crds/rabbitmq.com_rabbitmqclusters.yaml", import.meta.url),
                "utf8",
            ),
        ),
    );

/** A schema of Kubernetes with what its server does besides: what no schema names is refused. */
function strict(schema: unknown): unknown {
    if (Array.isArray(schema)) {
        return schema.map(strict);
    }
    if (typeof schema !== "object" || schema === null) {
        return schema;
    }
    const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
    return "properties" in inner && !("additionalProperties" in inner)
        ? { ...inner, additionalProperties: false }
        : inner;
}

const { openAPIV3Schema } = definition.spec.versions[0].schema;
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const rabbitmqCluster = ajv.compile({
    ...(strict(openAPIV3Schema) as object), // `strict` keeps an object an object
    // The server defines the metadata of every object, not this definition.
    properties: {
        ...(strict(openAPIV3Schema["properties"]) as object), // as above
        metadata: { type: "object" },
    },
});

interface Model {
    readonly validate: () => void;
}

function by(model: new (manifest: never) => Model): (manifest: never) => void {
    return (manifest) => {
        new model(manifest).validate();
    };
}

/** Validates the inputs of a resource as a Kubernetes server would, by its Pulumi type. */
const validators: Readonly<Record<string, (manifest: never) => void>> = {
    "kubernetes:core/v1:NamespacePatch": by(Namespace),
    "kubernetes:core/v1:Secret": by(Secret),
    "kubernetes:core/v1:ConfigMap": by(ConfigMap),
    "kubernetes:core/v1:Service": by(Service),
    "kubernetes:core/v1:ServiceAccount": by(ServiceAccount),
    "kubernetes:core/v1:PersistentVolumeClaim": by(PersistentVolumeClaim),
    "kubernetes:apps/v1:Deployment": by(Deployment),
    "kubernetes:batch/v1:Job": by(Job),
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": by(NetworkPolicy),
    "kubernetes:networking.k8s.io/v1:Ingress": by(Ingress),
    "kubernetes:policy/v1:PodDisruptionBudget": by(PodDisruptionBudget),
    "kubernetes:cert-manager.io/v1:Certificate": by(Certificate),
    "kubernetes:keda.sh/v1alpha1:ScaledObject": by(ScaledObject),
    "kubernetes:keda.sh/v1alpha1:TriggerAuthentication": by(TriggerAuthentication),
    "kubernetes:postgresql.cnpg.io/v1:Cluster": by(DatabaseCluster),
    "kubernetes:monitoring.coreos.com/v1:PodMonitor": by(PodMonitor),
    "kubernetes:monitoring.coreos.com/v1:PrometheusRule": by(PrometheusRule),
    "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": by(ServiceMonitor),
    "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster": (manifest) => {
        if (!rabbitmqCluster(manifest)) {
            throw new Error(ajv.errorsText(rabbitmqCluster.errors));
        }
    },
};

/** What is wrong with a manifest; `undefined`: nothing. */
export function manifestProblem(type: string, manifest: object): string | undefined {
    const validate = validators[type];
    if (validate === undefined) {
        return `no schema is known for ${type}`;
    }
    try {
        validate(manifest as never); // each validator accepts any value
        return undefined;
    } catch (error) {
        return String(error);
    }
}
