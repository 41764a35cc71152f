import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { reachManagement } from "@spot-messaging/management";
import { ClusterMonitoring, MessagingTopology, RabbitMqCluster } from "@spot-messaging/pulumi";
import { keepAuthority } from "@spot-messaging/pulumi/operators";
import { type Service, UserError } from "@spot-messaging/topology";
import { checked } from "@spot-messaging/topology/check";
import { readEnvironment, readKubernetesAccess, readPassword } from "./config/readConfig.ts";
import { userNames } from "./environment/credentials.ts";
import { gatewayUrlOf, mostProcesses, scalableServices } from "./environment/deployment.ts";
import { servicesImageName } from "./images/servicesImageName.ts";
import { DockerServices } from "./services/dockerServices.ts";
import { neededKinds } from "./services/kubernetes/neededKinds.ts";
import { KubernetesServices } from "./services/kubernetesServices.ts";
import { spotContract } from "./topology/contract.ts";
import { buildTopology } from "./topology/index.ts";
import { services as serviceNames, vhostName } from "./topology/names.ts";

/** Errors that a person can mend reach them as a sentence, without a stack. */
function readable<T>(step: () => T): T {
    try {
        return step();
    } catch (error) {
        throw sentenceOf(error);
    }
}

/** The same for what ends later. */
async function readableLater<T>(step: Promise<T>): Promise<T> {
    try {
        return await step;
    } catch (error) {
        throw sentenceOf(error);
    }
}

function sentenceOf(error: unknown): unknown {
    if (!(error instanceof UserError)) {
        return error;
    }
    const told = new pulumi.RunError(error.message);
    // The SDK hangs the promise that failed onto the error, and inspects both for its trace: with all resources behind it, that took half a
    // minute (tests/engine/kubernetes.test.ts bounds it).
    return Object.defineProperty(told, inspect.custom, { value: () => told.message });
}

const environment = readable(readEnvironment);
const topology = readable(() => checked(buildTopology(environment)));
const projectRoot = fileURLToPath(new URL("..", import.meta.url));
const prefix = `${pulumi.getProject()}-${environment.stack}`;
const { cluster: clusterSettings, deployment } = environment;

const kinds = neededKinds(clusterSettings, deployment);
if (kinds.length > 0) {
    // Loaded where it is needed: it is large.
    const { requireKinds } = await import("@spot-messaging/pulumi/operators");
    await readableLater(requireKinds(readKubernetesAccess(), kinds));
}

const cluster = new RabbitMqCluster("rabbitmq", {
    cluster: clusterSettings,
    brokerVersion: environment.brokerVersion,
    prefix,
    retain: environment.retain,
    reach: (access) => readableLater(reachManagement(access)),
    keepAuthority: (certificate) => keepAuthority(join(projectRoot, ".pulumi-state"), certificate),
    ...(clusterSettings.kind === "external" && { password: readPassword() }),
});

const messaging = new MessagingTopology("spot", { topology }, { provider: cluster.provider });

const services = {
    topology,
    vhost: vhostName,
    contractOf: (service: Service) => spotContract(topology, service),
    cluster,
    messaging,
};
if (deployment.kind === "docker") {
    const image = deployment.image ?? readable(() => servicesImageName(projectRoot));
    new DockerServices("services", { ...services, image, prefix, gatewayPort: deployment.gatewayPort });
} else if (deployment.kind === "kubernetes" && cluster.pods !== undefined) {
    new KubernetesServices("services", {
        ...services,
        image: deployment.image,
        deployment,
        broker: cluster.pods,
        scalable: scalableServices(environment.analyzers),
        scalingUser: userNames(serviceNames.monitoring, environment.credentials)[0] ?? "",
        retain: environment.retain,
    });
}

if (
    clusterSettings.kind === "kubernetes" &&
    clusterSettings.monitoring !== undefined &&
    cluster.pods !== undefined
) {
    new ClusterMonitoring("monitoring", {
        broker: cluster.pods,
        nodes: clusterSettings.nodes,
        monitoring: clusterSettings.monitoring,
        topology,
        stack: environment.stack,
        prefix,
        processes: mostProcesses(deployment, topology.services),
        after: messaging.declared,
    });
}

/** The management API's URL. */
export const managementEndpoint = cluster.endpoint;
/** Who declares on the broker, and the password for it. */
export const administrator = { username: cluster.username, password: cluster.password };
/** The password of every user that the topology declares. */
export const passwords = pulumi.secret(Object.fromEntries(messaging.passwords));
/** Where e-mails are submitted; nothing where that is not reached from outside. */
export const gatewayUrl = gatewayUrlOf(deployment);
