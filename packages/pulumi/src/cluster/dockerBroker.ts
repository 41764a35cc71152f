import type * as Docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type BrokerFile, brokerFiles, launcherFile } from "../docker/brokerFiles.ts";
import { peer } from "../peer.ts";
import { administratorOf } from "./administrator.ts";
import type { BrokerAddress } from "./brokerAddress.ts";
import type { DockerCluster } from "./cluster.ts";

export interface DockerBrokerArgs {
    readonly cluster: DockerCluster;
    /** Prefix of the name of every container, network and volume. */
    readonly prefix: string;
}

/** The alias of a node in the network from which the management API is reachable. */
function managementHost(host: string): string {
    return `${host}-management`;
}

/** The ports are reachable only from this machine. */
const loopback = "127.0.0.1";

/** RabbitMQ nodes in containers, which form one cluster, with their own network and volumes. */
export class DockerBroker extends pulumi.ComponentResource {
    readonly nodes: readonly Docker.Container[];
    readonly access: {
        readonly endpoint: string;
        readonly username: string;
        readonly password: pulumi.Output<string>;
        readonly address: BrokerAddress;
        readonly network: pulumi.Output<string>;
        readonly clientNetworks: ReadonlyMap<string, pulumi.Output<string>>;
    };

    constructor(name: string, { cluster, prefix }: DockerBrokerArgs, opts?: pulumi.ComponentResourceOptions) {
        const docker = peer("RabbitMqCluster", "@pulumi/docker");
        const random = peer("RabbitMqCluster", "@pulumi/random");
        super("messaging:index:DockerBroker", name, {}, opts);
        const adminUser = administratorOf(cluster);
        const hosts = Array.from({ length: cluster.nodes }, (_, index) => `${prefix}-rabbitmq-${index}`);
        // Letters and digits only: the configuration file has no quoting.
        const password = new random.RandomPassword(
            `${name}-admin-password`,
            { length: 32, special: false },
            { parent: this },
        ).result;
        const cookie = new random.RandomPassword(
            `${name}-erlang-cookie`,
            { length: 32, special: false },
            { parent: this },
        ).result;
        const image = new docker.RemoteImage(
            `${name}-image`,
            { name: cluster.image, keepLocally: true },
            { parent: this },
        );
        const network = new docker.Network(`${name}-network`, { name: prefix }, { parent: this });
        const clientNetworks = new Map(
            (cluster.clientNetworks ?? []).map((each) => [
                each,
                new docker.Network(
                    `${name}-network-${each}`,
                    { name: `${prefix}-${each}`, internal: true },
                    { parent: this },
                ).name,
            ]),
        );
        const filesOf = (host: string): pulumi.Output<readonly BrokerFile[]> =>
            pulumi.all([password, cookie]).apply(([adminPassword, erlangCookie]) =>
                brokerFiles({
                    clusterName: prefix,
                    host,
                    hosts,
                    adminUser,
                    adminPassword,
                    erlangCookie,
                    ...(clientNetworks.size > 0 && { managementHost: managementHost(host) }),
                }),
            );
        this.nodes = hosts.map((host, index) =>
            this.node(`${name}-node-${index}`, {
                host,
                image: image.imageId,
                network: network.name,
                clientNetworks: [...clientNetworks.values()],
                files: filesOf(host),
                ports: index === 0 ? cluster.ports : undefined,
            }),
        );
        this.access = {
            endpoint: `http://${loopback}:${cluster.ports.management}`,
            username: adminUser,
            password,
            address: { hosts, port: 5672, tls: false },
            network: network.name,
            clientNetworks,
        };
        this.registerOutputs({});
    }

    private node(
        name: string,
        { host, image, network, clientNetworks, files, ports }: NodeArgs,
    ): Docker.Container {
        const docker = peer("RabbitMqCluster", "@pulumi/docker");
        const volume = new docker.Volume(`${name}-data`, { name: `${host}-data` }, { parent: this });
        return new docker.Container(
            name,
            {
                name: host,
                hostname: host,
                image,
                user: "root",
                entrypoints: ["/bin/sh", launcherFile],
                command: [],
                uploads: files.apply((each) => [...each]),
                networksAdvanced: [
                    { name: network, aliases: [host, managementHost(host)] },
                    ...clientNetworks.map((each) => ({ name: each, aliases: [host] })),
                ],
                // What the launcher needs to change the owner of files and to become the broker's user.
                // As Docker reports them: another spelling is a difference for `--refresh`, which would replace the node.
                capabilities: {
                    drops: ["ALL"],
                    adds: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID"],
                },
                securityOpts: ["no-new-privileges"],
                ports: ports === undefined ? [] : publishedPorts(ports),
                volumes: [{ volumeName: volume.name, containerPath: "/var/lib/rabbitmq" }],
                healthcheck: {
                    tests: ["CMD", "rabbitmq-diagnostics", "-q", "check_port_connectivity"],
                    // Each check starts an Erlang node, which costs about a second of processor time. Engines before 25 have no start interval.
                    interval: "15s",
                    timeout: "20s",
                    startPeriod: "2m0s",
                    retries: 3,
                },
                wait: true,
                waitTimeout: 180,
                restart: "unless-stopped",
                // A node needs time to transfer queue leaders and flush its logs.
                destroyGraceSeconds: 30,
            },
            { parent: this, deleteBeforeReplace: true },
        );
    }
}

interface NodeArgs {
    readonly host: string;
    readonly image: pulumi.Input<string>;
    readonly network: pulumi.Input<string>;
    readonly clientNetworks: readonly pulumi.Input<string>[];
    readonly files: pulumi.Output<readonly BrokerFile[]>;
    /** `undefined`: this node has no host ports; use the first node's ports or the network. */
    readonly ports: DockerCluster["ports"] | undefined;
}

/** The broker's ports and the host ports that publish them. */
function publishedPorts(ports: DockerCluster["ports"]): Docker.types.input.ContainerPort[] {
    return [
        { internal: 5672, external: ports.amqp, ip: loopback },
        { internal: 15672, external: ports.management, ip: loopback },
        { internal: 15692, external: ports.prometheus, ip: loopback },
    ];
}
