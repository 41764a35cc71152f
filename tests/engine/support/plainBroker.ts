import { randomUUID } from "node:crypto";
import { ensureBrokerImage, packFiles } from "@spot-messaging/local/images";
import { reachManagement } from "@spot-messaging/management";
import type Docker from "dockerode";
import { brokerFiles, launcherFile } from "../../../packages/pulumi/src/docker/brokerFiles.ts";

/** A broker that belongs to no stack. */
export interface PlainBroker {
    readonly endpoint: string;
    readonly username: string;
    readonly password: string;
    readonly remove: () => Promise<void>;
}

const image = "rabbitmq:4.3-management";
const startWithinMilliseconds = 120_000;

/**
 * Starts one node. Complete when its management API, on this port of the loopback interface, answers.
 * @param amqpPort a port for AMQP. @default - none
 */
export async function startPlainBroker(
    docker: Docker,
    name: string,
    managementPort: number,
    amqpPort?: number,
): Promise<PlainBroker> {
    const ports = [["15672/tcp", managementPort] as const, ["5672/tcp", amqpPort] as const].filter(
        ([, port]) => port !== undefined,
    );
    await ensureBrokerImage(docker, { image, version: "4.3" }, () => undefined);
    const access = {
        endpoint: `http://127.0.0.1:${managementPort}`,
        username: "administrator",
        password: randomUUID(),
    };
    const container = await docker.createContainer({
        name,
        Hostname: name,
        Image: image,
        User: "root",
        Entrypoint: ["/bin/sh", launcherFile],
        ExposedPorts: Object.fromEntries(ports.map(([inside]) => [inside, {}])),
        HostConfig: {
            PortBindings: Object.fromEntries(
                ports.map(([inside, port]) => [inside, [{ HostIp: "127.0.0.1", HostPort: String(port) }]]),
            ),
        },
    });
    const remove = async (): Promise<void> => {
        await container.remove({ force: true, v: true });
    };
    try {
        const files = brokerFiles({
            clusterName: name,
            host: name,
            hosts: [name],
            adminUser: access.username,
            adminPassword: access.password,
            erlangCookie: randomUUID(),
        });
        const archive = packFiles(
            files.map(({ file, content }) => ({ path: file.slice(1), content: Buffer.from(content) })),
        );
        await container.putArchive(archive, { path: "/" });
        await container.start();
        await reachManagement({ ...access, timeoutMs: startWithinMilliseconds });
        return { ...access, remove };
    } catch (error) {
        await remove();
        throw error;
    }
}
