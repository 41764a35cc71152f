import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { downloadModule, ensureGo } from "../../support/goCommand.ts";
import { type Arrangement, until } from "./arrangement.ts";
import type { Cluster } from "./cluster.ts";
import { ignoreMissing } from "./deployment.ts";
import { kubectl } from "./kubectl.ts";
import { rabbitmqClusterOperator } from "./modules.ts";

const operator = ["-n", "rabbitmq-system", "deployment/rabbitmq-cluster-operator"];

/** Starts or stops the broker's operator. */
export async function scaleOperator(cluster: Cluster, replicas: 0 | 1): Promise<void> {
    await kubectl(cluster, ["scale", ...operator, `--replicas=${replicas}`]);
    await kubectl(cluster, ["rollout", "status", ...operator, "--timeout=180s"]);
}

const definition: KubernetesObject = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "rabbitmqclusters.rabbitmq.com" },
};

/** Puts another definition of the broker's kind in place of the installed one, or none. */
export async function replaceDefinition(
    cluster: Cluster,
    replacement: (installed: KubernetesObject) => Promise<KubernetesObject | undefined>,
): Promise<Arrangement> {
    const { client } = cluster;
    await scaleOperator(cluster, 0);
    const { spec } = await client.read(definition);
    const original = { ...definition, spec };
    const schema = async (): Promise<string> =>
        await client.get("/openapi/v3/apis/rabbitmq.com/v1beta1").then(
            (document) => JSON.stringify(document),
            () => "",
        );
    const before = await schema();
    const replace = async (
        object: KubernetesObject | undefined,
        isPublished: (schema: string) => boolean,
    ): Promise<void> => {
        await client.remove(definition);
        await until(
            "the definition is deleted",
            async () => (await client.read(definition).catch(ignoreMissing)) === undefined,
        );
        if (object !== undefined) {
            await client.apply(object);
        }
        await until("the definition is published", async () => isPublished(await schema()));
    };
    await replace(await replacement(original), (now) => now !== before);
    // A list of kinds follows the schema a moment later.
    await sleep(2_000);
    return {
        undo: async () => {
            if ((await client.read(definition).catch(ignoreMissing)) === undefined) {
                await client.apply(original);
            }
            await replace(original, (now) => now === before);
            await scaleOperator(cluster, 1);
        },
    };
}

/** The definition of an operator of January 2025. */
export async function oldDefinition(): Promise<KubernetesObject> {
    const go = await ensureGo(() => undefined);
    const folder = await downloadModule(go, `${rabbitmqClusterOperator.module ?? ""}@v2.12.1`);
    const file = path.join(folder, "config", "crd", "bases", "rabbitmq.com_rabbitmqclusters.yaml");
    return parse(readFileSync(file, "utf8")) as KubernetesObject; // what the module publishes
}

interface DefinitionSpec {
    readonly versions: readonly {
        readonly name: string;
        readonly schema: {
            readonly openAPIV3Schema: {
                readonly properties: {
                    readonly spec: { properties: Readonly<Record<string, unknown>>; required?: string[] };
                };
            };
        };
    }[];
}

function specOf({ spec }: KubernetesObject): DefinitionSpec {
    return structuredClone(spec) as DefinitionSpec; // as published
}

/** The installed definition as a later version of its kind. */
export async function laterVersion(installed: KubernetesObject): Promise<KubernetesObject> {
    const spec = specOf(installed);
    const versions = spec.versions.map((each) => ({ ...each, name: "v1" }));
    return await Promise.resolve({ ...installed, spec: { ...spec, versions } });
}

/** The installed definition with one more field, which must be set. */
export async function demandingVersion(installed: KubernetesObject): Promise<KubernetesObject> {
    const spec = specOf(installed);
    for (const { schema } of spec.versions) {
        const own = schema.openAPIV3Schema.properties.spec;
        own.properties = { ...own.properties, edition: { type: "string" } };
        own.required = ["edition"];
    }
    return await Promise.resolve({ ...installed, spec });
}
