import type Docker from "dockerode";
import { dockerReason } from "../dockerProblem.ts";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { becomeHealthy, ended } from "./containerHealth.ts";
import { containerInputs } from "./containerInputs.ts";
import { containerSettings, endpoint } from "./containerSettings.ts";
import { uploadArchive } from "./containerUploads.ts";
import { presentImage } from "./presentImage.ts";

/** The number of containers is not limited, because nodes of a cluster wait for each other. */
export const container = localHandler({
    type: "docker:index/container:Container",
    noun: "container",
    inputs: containerInputs,
    create: async (inputs, registration, context) => {
        const { docker, labels, signal, stack } = context;
        await presentImage(inputs.image, registration, context);
        const name = autoName(inputs.name, registration);
        // No abort signal here: Docker would still carry out the request, after the removal.
        const made = await refusing(stack, () =>
            docker.createContainer(containerSettings(inputs, name, labels)),
        );
        signal.throwIfAborted();
        await refusing(stack, async () => {
            for (const network of inputs.networksAdvanced.slice(1)) {
                await docker
                    .getNetwork(network.name)
                    .connect({ Container: made.id, EndpointConfig: endpoint(network) });
            }
            if (inputs.uploads.length > 0) {
                await made.putArchive(await uploadArchive(inputs.uploads), { path: "/" });
            }
        });
        signal.throwIfAborted();
        if (inputs.start) {
            await refusing(stack, () => made.start());
        }
        if (inputs.wait) {
            await becomeHealthy(made, inputs.waitTimeout, registration, context);
        }
        const exit = inputs.attach ? { exitCode: await ended(made, registration, context) } : {};
        return { id: made.id, state: { name, ...stateOf(await made.inspect()), ...exit } };
    },
});

async function refusing<T>(stack: string, ask: () => Promise<T>): Promise<T> {
    try {
        return await ask();
    } catch (error) {
        const reason = dockerReason(error);
        const port = takenPort(reason);
        throw new Error(
            port === undefined
                ? `Docker refused it (${reason})`
                : `port ${port} of this machine is in use; stop the program that listens there or choose another port in Pulumi.${stack}.yaml`,
            { cause: error },
        );
    }
}

/** The port in Docker's two messages for a port in use: by another container, or by another process. */
function takenPort(reason: string): string | undefined {
    return (
        /Bind for \S+:(\d+) failed: port is already allocated/.exec(reason)?.[1] ??
        /listen \w+ \S+:(\d+): bind: address already in use/.exec(reason)?.[1]
    );
}

/** The outputs that Docker assigns: addresses and free ports. */
function stateOf(inspected: Docker.ContainerInspectInfo): Record<string, unknown> {
    return {
        hostname: inspected.Config.Hostname,
        ports: publishedPorts(inspected),
        networkDatas: Object.entries(inspected.NetworkSettings.Networks).map(([networkName, network]) => ({
            networkName,
            ipAddress: network.IPAddress,
            ipPrefixLength: network.IPPrefixLen,
            gateway: network.Gateway,
            macAddress: network.MacAddress,
            ipv6Gateway: network.IPv6Gateway,
            globalIpv6Address: network.GlobalIPv6Address,
            globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
        })),
    };
}

/** Sorted by the container's port as the real provider does, not in the order of the inputs. */
function publishedPorts(inspected: Docker.ContainerInspectInfo): Record<string, unknown>[] {
    // Docker reports null for an exposed port that is not published.
    const ports = inspected.NetworkSettings.Ports as Record<
        string,
        { HostIp: string; HostPort: string }[] | null
    >;
    return Object.entries(ports)
        .map(([key, bindings]) => ({
            internal: Number.parseInt(key, 10),
            protocol: key.replace(/^\d+\//, ""),
            bindings,
        }))
        .sort((a, b) => a.internal - b.internal || a.protocol.localeCompare(b.protocol))
        .flatMap(({ internal, protocol, bindings }) =>
            (bindings ?? []).map(({ HostIp, HostPort }) => ({
                internal,
                protocol,
                external: Number(HostPort),
                ip: HostIp,
            })),
        );
}
