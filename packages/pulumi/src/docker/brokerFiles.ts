import { nodeConf } from "./nodeConf.ts";

/** What the configuration of one node depends on. */
export interface NodeSettings {
    readonly clusterName: string;
    /** This node's host name. */
    readonly host: string;
    /** Host names of all nodes, this one included. */
    readonly hosts: readonly string[];
    readonly adminUser: string;
    readonly adminPassword: string;
    /** The secret that lets nodes talk to each other. */
    readonly erlangCookie: string;
}

/** A file that the broker reads, by its place in the container. */
export interface BrokerFile {
    readonly file: string;
    readonly content: string;
    readonly permissions: string;
}

const secretFile = "0600";
const publicFile = "0644";

const cookieFile = "/etc/rabbitmq/erlang.cookie";
export const launcherFile = "/etc/rabbitmq/launch.sh";

/** Every file that a node needs. Files alone configure it, never an image's entrypoint: official and other images work alike. */
export function brokerFiles(settings: NodeSettings): readonly BrokerFile[] {
    return [
        { file: "/etc/rabbitmq/rabbitmq.conf", content: rabbitmqConf(settings), permissions: secretFile },
        // Left to itself, the node takes its name from whatever the image makes of the host's.
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
        { file: launcherFile, content: launcher, permissions: publicFile },
    ];
}

/**
 * The launcher gives the files to the broker's user, whose number differs from image to image, and becomes the broker. The cookie must
 * belong to that user and be readable by nobody else, or Erlang refuses to start. "Under systemd" means that the broker takes the place
 * of its start script and so hears the signal to stop.
 */
const launcher = `#!/bin/sh
set -e
chown rabbitmq:rabbitmq /etc/rabbitmq/rabbitmq.conf /var/lib/rabbitmq
install -o rabbitmq -g rabbitmq -m 0400 ${cookieFile} /var/lib/rabbitmq/.erlang.cookie
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups \\
    env HOME=/var/lib/rabbitmq LANG=C.UTF-8 RUNNING_UNDER_SYSTEMD=true rabbitmq-server
`;

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
        "prometheus.tcp.port = 15692",
        // A default user of our own means that the broker never makes "guest".
        `default_user = ${adminUser}`,
        `default_pass = ${adminPassword}`,
        ...nodeConf,
        // The default of 50 MB lets the disk fill up before publishers are stopped.
        "disk_free_limit.absolute = 1GB",
        "vm_memory_high_watermark.absolute = 1GB",
        // Three times this much memory is what the write-ahead log may take; the default of 512 MiB is for servers.
        "raft.wal_max_size_bytes = 64000000",
        "log.console = true",
        "log.console.level = info",
        "log.file = false",
        "cluster_formation.peer_discovery_backend = classic_config",
        ...hosts.map((host, index) => `cluster_formation.classic_config.nodes.${index + 1} = rabbit@${host}`),
        // Queues that are declared before all nodes have joined would otherwise live on too few of them.
        `cluster_formation.target_cluster_size_hint = ${hosts.length}`,
    ].join("\n")}\n`;
}
