import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Report } from "@spot-messaging/local/images";
import { parseAllDocuments } from "yaml";
import { cloudNativePg, keda, prometheusOperator } from "../../cluster/support/modules.ts";
import { downloadModule, ensureGo } from "../../support/goCommand.ts";
import { pinned } from "../../support/goProgram.ts";
import type { ApiClient } from "./apiClient.ts";
import type { KubernetesObject } from "./object.ts";

/** Its controller cannot be built from the module proxy; its kinds can be had. */
export const certManager = "github.com/cert-manager/cert-manager@v1.21.2";

/** Where the projects publish their custom resource definitions, in the versions that run on the test cluster. */
const modules = [
    { module: pinned(keda), folder: "config/crd/bases" },
    { module: pinned(prometheusOperator), folder: "example/prometheus-operator-crd" },
    { module: pinned(cloudNativePg), folder: "config/crd/bases" },
    { module: certManager, folder: "deploy/crds" },
];

/** The Go module proxy has version 2.16 of the RabbitMQ Cluster Operator, and none of those that production needs: a newer definition is a fixture. */
const fixtures = fileURLToPath(new URL("../../fixtures/crds", import.meta.url));

/** Only the kinds that tests use, because the server needs time for each. */
const kinds = [
    "Certificate",
    "ClusterIssuer",
    "Cluster",
    "Issuer",
    "PodMonitor",
    "PrometheusRule",
    "RabbitmqCluster",
    "ScaledObject",
    "ServiceMonitor",
    "TriggerAuthentication",
];

const establishedWithinMilliseconds = 120_000;

/** Teaches a server the kinds that the program uses of KEDA, the Prometheus operator, cert-manager, CloudNativePG and the RabbitMQ Cluster Operator. */
export async function installCustomResources(client: ApiClient, report: Report): Promise<void> {
    const go = await ensureGo(report);
    const folders = await Promise.all(
        modules.map(async ({ module, folder }) => path.join(await downloadModule(go, module), folder)),
    );
    const definitions = [...folders, fixtures].flatMap(definitionsIn).filter(isUsed);
    await Promise.all(definitions.map(async (definition) => await client.create(definition)));
    const deadline = Date.now() + establishedWithinMilliseconds;
    let waiting = definitions;
    while (waiting.length > 0 && Date.now() < deadline) {
        await sleep(200);
        const current = await Promise.all(waiting.map(client.read));
        waiting = current.filter((definition) => !isEstablished(definition));
    }
    if (waiting.length > 0) {
        const names = waiting.map(({ metadata }) => metadata.name).join(", ");
        throw new Error(`the API server does not establish the custom resources ${names}`);
    }
}

function definitionsIn(folder: string): KubernetesObject[] {
    return readdirSync(folder)
        .filter((name) => name.endsWith(".yaml"))
        .flatMap((name) => parseAllDocuments(readFileSync(path.join(folder, name), "utf8")))
        .map((document) => document.toJS() as KubernetesObject) // what a definition is
        .filter((object) => (object as unknown) !== null);
}

function isUsed({ spec }: KubernetesObject): boolean {
    const { names } = spec as { names: { kind: string } }; // the documented shape
    return kinds.includes(names.kind);
}

function isEstablished({ status }: KubernetesObject): boolean {
    const { conditions } = (status ?? {}) as { conditions?: { type: string; status: string }[] | null }; // the documented shape
    return (conditions ?? []).some(
        (condition) => condition.type === "Established" && condition.status === "True",
    );
}
