import { managementConf, nodeConf } from "./nodeConf.ts";

/** The settings of one node. */
export interface NodeSettings {
    readonly clusterName: string;
    /** The host name of this node. */
    readonly host: string;
    /** The host names of all nodes, including this one. */
    readonly hosts: readonly string[];
    readonly adminUser: string;
    readonly adminPassword: string;
    /** The shared secret that nodes and tools need to connect to each other. */
    readonly erlangCookie: string;
    /** The alias of this node in the network from which the management API and the metrics are reachable. @default - every network */
    readonly managementHost?: string;
}

/** A file of the broker, with its path in the container. */
export interface BrokerFile {
    readonly file: string;
    readonly content: string;
    readonly permissions: string;
}

const secretFile = "0600";
const publicFile = "0644";

const cookieFile = "/etc/rabbitmq/erlang.cookie";
export const launcherFile = "/etc/rabbitmq/launch.sh";

/** All files that a node needs. Only files configure it, never an image's entrypoint, so that it works with every image. */
export function brokerFiles(settings: NodeSettings): readonly BrokerFile[] {
    return [
        { file: "/etc/rabbitmq/rabbitmq.conf", content: rabbitmqConf(settings), permissions: secretFile },
        // Without this setting, the node's name depends on the image.
        {
            file: "/etc/rabbitmq/rabbitmq-env.conf",
            content: `NODENAME=rabbit@${settings.host}\n`,
            permissions: publicFile,
        },
        {
            file: "/etc/rabbitmq/enabled_plugins",
            content: "[rabbitmq_management,rabbitmq_prometheus].\n",
            permissions: publicFile,
        },
        { file: cookieFile, content: settings.erlangCookie, permissions: secretFile },
        { file: launcherFile, content: launcher(settings), permissions: publicFile },
    ];
}

/**
 * The launcher changes the owner of the files to the broker's user, whose id differs between images, and starts the broker. Erlang starts
 * only if that user owns the cookie and no other user can read it. With RUNNING_UNDER_SYSTEMD the broker replaces its start script and
 * therefore receives the stop signal.
 */
function launcher({ managementHost }: NodeSettings): string {
    return `#!/bin/sh
set -e
${managementHost === undefined ? "" : managementListener(managementHost)}chown rabbitmq:rabbitmq /etc/rabbitmq/rabbitmq.conf /var/lib/rabbitmq
install -o rabbitmq -g rabbitmq -m 0400 ${cookieFile} /var/lib/rabbitmq/.erlang.cookie
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups \\
    env HOME=/var/lib/rabbitmq LANG=C.UTF-8 RUNNING_UNDER_SYSTEMD=true rabbitmq-server
`;
}

/** The node's address in a network is known only when it starts. Without it, the node does not start: it would listen in every network. */
function managementListener(host: string): string {
    return `address=$(getent ahostsv4 ${host} | head -n 1 | cut -d " " -f 1)
test -n "$address"
mkdir -p /etc/rabbitmq/conf.d
printf 'management.tcp.ip = %s\\nprometheus.tcp.ip = %s\\n' "$address" "$address" >/etc/rabbitmq/conf.d/90-management.conf
`;
}

/**
 * The configuration of one node.
 * @see https://www.rabbitmq.com/docs/configure
 * @see https://www.rabbitmq.com/docs/cluster-formation
 */
export function rabbitmqConf({ clusterName, hosts, adminUser, adminPassword }: NodeSettings): string {
    return `${[
        `cluster_name = ${clusterName}`,
        "listeners.tcp.default = 5672",
        "management.tcp.port = 15672",
        ...managementConf("tcp"),
        "prometheus.tcp.port = 15692",
        // With its own default user, the broker never creates "guest".
        `default_user = ${adminUser}`,
        `default_pass = ${adminPassword}`,
        ...nodeConf,
        // The default of 50 MB blocks publishers too late: the disk is almost full by then.
        "disk_free_limit.absolute = 1GB",
        "vm_memory_high_watermark.absolute = 1GB",
        // The write-ahead log can use three times this much memory; the default of 512 MiB is for servers.
        "raft.wal_max_size_bytes = 64000000",
        "log.console = true",
        "log.console.level = info",
        "log.file = false",
        "cluster_formation.peer_discovery_backend = classic_config",
        ...hosts.map((host, index) => `cluster_formation.classic_config.nodes.${index + 1} = rabbit@${host}`),
        // Without it, queues that are declared before all nodes have joined get too few replicas.
        `cluster_formation.target_cluster_size_hint = ${hosts.length}`,
    ].join("\n")}\n`;
}
