import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { downloadModule, ensureGo } from "../../support/goCommand.ts";
import { type GoModule, pinned, versionOf } from "../../support/goProgram.ts";
import { ensureDatabaseImage } from "./databaseImage.ts";
import { replaceImages } from "./imageReferences.ts";
import { ensureProgramImage, type ProgramName } from "./images.ts";
import { cloudNativePg, keda, prometheusOperator, rabbitmqClusterOperator } from "./modules.ts";
import { ensureKubernetesPrograms } from "./programs.ts";

const run = promisify(execFile);

/** An operator as its project publishes it. */
interface Operator {
    readonly module: GoModule;
    /** In the module's folder: a file with all objects, or a folder that kustomize renders. */
    readonly manifest: (version: string) => string;
    /** The programs, by the published images without their tags. */
    readonly images: Readonly<Record<string, ProgramName>>;
}

const operators = {
    "cloudnative-pg": {
        module: cloudNativePg,
        manifest: (version) => `releases/cnpg-${version}.yaml`,
        images: { "ghcr.io/cloudnative-pg/cloudnative-pg": "cloudnative-pg" },
    },
    keda: {
        module: keda,
        manifest: () => "config/default",
        images: {
            "ghcr.io/kedacore/keda": "keda",
            "ghcr.io/kedacore/keda-admission-webhooks": "keda-admission-webhooks",
            "ghcr.io/kedacore/keda-metrics-apiserver": "keda-adapter",
        },
    },
    prometheus: {
        module: prometheusOperator,
        manifest: () => "bundle.yaml",
        images: {
            "quay.io/prometheus-operator/prometheus-config-reloader": "prometheus-config-reloader",
            "quay.io/prometheus-operator/prometheus-operator": "prometheus-operator",
        },
    },
    rabbitmq: {
        module: rabbitmqClusterOperator,
        manifest: () => "config/installation",
        images: { "rabbitmqoperator/cluster-operator": "rabbitmq-cluster-operator" },
    },
} satisfies Readonly<Record<string, Operator>>;

/** The name of an operator that a test cluster can run. */
export type OperatorName = keyof typeof operators;

/**
 * Makes sure that the Docker Engine has the images of an operator's programs, and of what it starts by default.
 * @returns their names, for the nodes
 */
export async function operatorImages(docker: Docker, name: OperatorName, report: Report): Promise<string[]> {
    const images: string[] = [];
    for (const program of Object.values(operators[name].images)) {
        images.push(await ensureProgramImage(docker, program, report));
    }
    return name === "cloudnative-pg" ? [...images, await ensureDatabaseImage(docker, report)] : images;
}

/**
 * The objects that install an operator, as its project publishes them, with images of this machine. These must be brought to the nodes.
 * @returns definitions of custom resources first, and namespaces before what they contain
 */
export async function operatorObjects(
    docker: Docker,
    name: OperatorName,
    report: Report,
): Promise<KubernetesObject[]> {
    const { module, manifest, images }: Operator = operators[name];
    const version = versionOf(module);
    const go = await ensureGo(report);
    const folder = await downloadModule(go, pinned(module));
    const text = await read(path.join(folder, manifest(version.slice(1))), report);
    const objects = parseAllDocuments(text)
        .map((document) => document.toJS() as KubernetesObject | null) // what a manifest contains
        .filter((object) => object !== null);
    const replacements: Record<string, string> = {};
    for (const [published, program] of Object.entries(images)) {
        replacements[published] = await ensureProgramImage(docker, program, report);
    }
    const settings =
        name === "cloudnative-pg" ? [databaseSettings(await ensureDatabaseImage(docker, report))] : [];
    return [...settings, ...replaceImages(objects, replacements).map(withoutRequests)].toSorted(
        (one, other) => rank(one) - rank(other),
    );
}

/** The machines have few processors, and the stack's own pods request nearly all of them. */
function withoutRequests(object: KubernetesObject): KubernetesObject {
    if (object.kind !== "Deployment") {
        return object;
    }
    const { template, ...spec } = object["spec"] as PodTemplate; // the documented shape
    const containers = template.spec.containers.map((container) => ({ ...container, resources: {} }));
    return {
        ...object,
        spec: { ...spec, template: { ...template, spec: { ...template.spec, containers } } },
    };
}

interface PodTemplate {
    readonly template: {
        readonly spec: { readonly containers: readonly object[] };
    };
}

/** What CloudNativePG reads when it starts: the image of a database that names none. */
function databaseSettings(image: string): KubernetesObject {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "cnpg-controller-manager-config", namespace: "cnpg-system" },
        data: { POSTGRES_IMAGE_NAME: image },
    };
}

async function read(place: string, report: Report): Promise<string> {
    if (place.endsWith(".yaml")) {
        return await readFile(place, "utf8");
    }
    const { kubectl } = await ensureKubernetesPrograms(report);
    const { stdout } = await run(kubectl, ["kustomize", place], { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
}

function rank({ kind }: KubernetesObject): number {
    const order = ["CustomResourceDefinition", "Namespace"].indexOf(kind);
    return order === -1 ? 2 : order;
}
