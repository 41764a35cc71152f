import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { ClusterMonitoring, MessagingTopology, RabbitMqCluster } from "@spot-messaging/pulumi";
import type { Service } from "@spot-messaging/topology";
import { assertValid } from "@spot-messaging/topology/check";
import { readEnvironment, readKubernetesAccess, readSecret } from "./config/readConfig.ts";
import { userNames } from "./environment/credentials.ts";
import { gatewayUrlOf, mostProcesses } from "./environment/deployment.ts";
import { servicesImageName } from "./images/servicesImageName.ts";
import { runbookUrl } from "./monitoring/runbooks.ts";
import { serviceMonitoring } from "./monitoring/serviceMonitoring.ts";
import { databaseAddress } from "./services/kubernetes/databaseCluster.ts";
import { kubernetesNeeds } from "./services/kubernetes/kubernetesNeeds.ts";
import { oldDataClaimName, rejectLostClaim } from "./services/kubernetes/oldDataClaim.ts";
import { ServiceAccess } from "./services/serviceAccess.ts";
import { spotContract } from "./topology/contract.ts";
import { deployedTopology } from "./topology/deployedTopology.ts";
import { buildTopology } from "./topology/index.ts";
import { componentName, services as serviceNames, vhostName } from "./topology/names.ts";

const environment = readEnvironment();
const topology = await deployedTopology(environment, assertValid(buildTopology(environment)));
const projectRoot = fileURLToPath(new URL("..", import.meta.url));
const prefix = `${pulumi.getProject()}-${environment.stack}`;
const { cluster: clusterSettings, deployment, database, objectStore } = environment;

if (clusterSettings.kind === "kubernetes") {
    const { requireKubernetes } = await import("@spot-messaging/pulumi/operators");
    const { rights, ...needs } = kubernetesNeeds(environment, topology);
    // A preview works without Kubernetes, and by an identity that may only read.
    const isPreview = pulumi.runtime.isDryRun();
    const checked = isPreview || rights === undefined ? needs : { ...needs, rights };
    await requireKubernetes(readKubernetesAccess(), checked, (reason) => {
        if (!isPreview) {
            throw reason;
        }
        void pulumi.log.warn(`not checked that Kubernetes can run this stack: ${reason.message}`);
    });
}
if (deployment.kind === "kubernetes" && deployment.oldData === undefined) {
    const { claimAnnotations } = await import("@spot-messaging/pulumi/operators");
    const { namespace } = deployment;
    rejectLostClaim(namespace, await claimAnnotations(readKubernetesAccess(), namespace, oldDataClaimName));
}

const cluster = new RabbitMqCluster("rabbitmq", {
    cluster: clusterSettings,
    brokerVersion: environment.brokerVersion,
    prefix,
    retain: environment.retain,
    authorityFolder: join(projectRoot, ".pulumi-state"),
    ...(clusterSettings.kind === "external" && { password: readSecret("password") }),
});

const messaging = new MessagingTopology(componentName, { topology }, { provider: cluster.provider });

const access =
    deployment.kind === "none"
        ? undefined
        : new ServiceAccess("access", {
              environment,
              ...(deployment.kind === "kubernetes" && { ownDatabase: databaseAddress(deployment.namespace) }),
              given: {
                  ...(database.kind === "external" && { databaseUrl: readSecret("databaseUrl") }),
                  ...(objectStore.kind === "s3" && {
                      objectStoreKeys: {
                          accessKey: readSecret("objectStoreAccessKey"),
                          secretKey: readSecret("objectStoreSecretKey"),
                      },
                  }),
                  ...(objectStore.kind === "s3" &&
                      objectStore.hasReadKeys && {
                          objectStoreReadKeys: {
                              accessKey: readSecret("objectStoreReadAccessKey"),
                              secretKey: readSecret("objectStoreReadSecretKey"),
                          },
                      }),
              },
          });

// The packages for Docker and Kubernetes are large; load only the one that the stack needs.
const services = {
    topology,
    vhost: vhostName,
    contractOf: (service: Service) => spotContract(topology, service),
    cluster,
    messaging,
};
if (deployment.kind === "docker" && access !== undefined) {
    const { DockerServices } = await import("./services/dockerServices.ts");
    const image = deployment.image ?? servicesImageName(projectRoot);
    new DockerServices("services", { ...services, access, image, prefix, deployment, objectStore });
} else if (deployment.kind === "kubernetes" && access !== undefined && cluster.pods !== undefined) {
    const { KubernetesServices } = await import("./services/kubernetesServices.ts");
    new KubernetesServices("services", {
        ...services,
        access,
        image: deployment.image,
        deployment,
        database,
        objectStore,
        broker: cluster.pods,
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
        ...serviceMonitoring(environment, topology, prefix),
        ...(environment.runbooksUrl !== undefined && { runbookUrl: runbookUrl(environment.runbooksUrl) }),
        processes: mostProcesses(deployment, topology.services),
        after: messaging.declared,
    });
}

/** The management API's URL. */
export const managementEndpoint = cluster.endpoint;
/** The administrator with its password. */
export const administrator = { username: cluster.username, password: cluster.password };
/** The password of every user that the topology declares. */
export const passwords = pulumi.secret(Object.fromEntries(messaging.passwords));
/** The bearer tokens of the gateway's clients. */
export const tokens = access?.tokens ?? pulumi.secret({});
/** The URL for e-mails; `undefined` if it is not reachable from outside. */
export const gatewayUrl = gatewayUrlOf(deployment);
