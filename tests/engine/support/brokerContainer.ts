import { setTimeout as sleep } from "node:timers/promises";
import { packFiles } from "@spot-messaging/local/images";
import { reachManagement } from "@spot-messaging/management";
import type Docker from "dockerode";
import { ManagementUnreachable } from "../../../packages/management/src/managementReach.ts";

/** What the operator tells a node, from the `RabbitmqCluster` and its Secrets. */
export interface BrokerOrder {
    /** The container's. */
    readonly name: string;
    readonly image: string;
    /** `spec.rabbitmq.additionalConfig`. */
    readonly additionalConfig: string;
    /** Of the Secret that `spec.secretBackend` names. */
    readonly user: { readonly username: string; readonly password: string; readonly conf: string };
    /** Of the Secret that `spec.tls` names. */
    readonly tls: { readonly certificate: string; readonly key: string; readonly authority: string };
    /** The loopback port of the management API. */
    readonly managementPort: number;
}

const folder = "etc/rabbitmq-tls";

/** As the operator writes it for a cluster that listens to TLS only, less what needs Kubernetes around the node. */
const operatorConf = `
log.console = true
listeners.tcp = none
listeners.ssl.default = 5671
ssl_options.certfile = /${folder}/tls.crt
ssl_options.keyfile = /${folder}/tls.key
management.ssl.port = 15671
management.ssl.certfile = /${folder}/tls.crt
management.ssl.keyfile = /${folder}/tls.key
prometheus.ssl.port = 15691
prometheus.ssl.certfile = /${folder}/tls.crt
prometheus.ssl.keyfile = /${folder}/tls.key
`;

/** The image's own user must be able to read what root has put there. */
const launcher = `#!/bin/sh
set -e
chown -R rabbitmq:rabbitmq /${folder} /etc/rabbitmq /var/lib/rabbitmq
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups env HOME=/var/lib/rabbitmq RUNNING_UNDER_SYSTEMD=true rabbitmq-server
`;

/**
 * One real node that does what a `RabbitmqCluster` orders: its configuration, its first user, its certificate. Complete when it answers.
 * @returns what stops and removes it
 */
export async function startBroker(docker: Docker, order: BrokerOrder): Promise<() => Promise<void>> {
    await removeLeftover(docker, order.name);
    const container = await docker.createContainer({
        name: order.name,
        Image: order.image,
        User: "root",
        Entrypoint: ["/bin/sh", "/launch.sh"],
        ExposedPorts: { "15671/tcp": {} },
        HostConfig: {
            PortBindings: {
                "15671/tcp": [{ HostIp: "127.0.0.1", HostPort: String(order.managementPort) }],
            },
        },
    });
    const stop = async (): Promise<void> => {
        await container.remove({ force: true, v: true });
    };
    try {
        const files = {
            "launch.sh": launcher,
            "etc/rabbitmq/enabled_plugins": "[rabbitmq_management,rabbitmq_prometheus].\n",
            "etc/rabbitmq/conf.d/10-operator.conf": operatorConf,
            "etc/rabbitmq/conf.d/11-default_user.conf": order.user.conf,
            "etc/rabbitmq/conf.d/90-additional.conf": order.additionalConfig,
            [`${folder}/tls.crt`]: order.tls.certificate,
            [`${folder}/tls.key`]: order.tls.key,
        };
        const archive = packFiles(
            Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) })),
        );
        await container.putArchive(archive, { path: "/" });
        await container.start();
        await answers(order);
        return stop;
    } catch (error) {
        await stop();
        throw error;
    }
}

/** Of a test that was ended half-way. */
async function removeLeftover(docker: Docker, name: string): Promise<void> {
    const [leftover] = await docker.listContainers({ all: true, filters: { name: [`^/${name}$`] } });
    if (leftover !== undefined) {
        await docker.getContainer(leftover.Id).remove({ force: true, v: true });
    }
}

const startWithinMilliseconds = 120_000;

async function answers({ user, tls, managementPort }: BrokerOrder): Promise<void> {
    const endpoint = `https://localhost:${managementPort}`;
    const deadline = Date.now() + startWithinMilliseconds;
    for (;;) {
        try {
            await reachManagement({ endpoint, ...user, authority: tls.authority });
            return;
        } catch (error) {
            if (!(error instanceof ManagementUnreachable) || Date.now() > deadline) {
                throw error;
            }
            await sleep(500);
        }
    }
}
