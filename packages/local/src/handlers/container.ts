import type Docker from "dockerode";
import { dockerReason } from "../dockerProblem.ts";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { becomeHealthy } from "./containerHealth.ts";
import { containerInputs } from "./containerInputs.ts";
import { containerSettings, endpoint } from "./containerSettings.ts";
import { uploadArchive } from "./containerUploads.ts";
import { presentImage } from "./presentImage.ts";

/** Containers are not bounded: nodes of a cluster wait for each other. */
export const container = localHandler({
    type: "docker:index/container:Container",
    noun: "container",
    inputs: containerInputs,
    create: async (inputs, registration, context) => {
        const { docker, labels, signal, stack } = context;
        await presentImage(inputs.image, registration, context);
        const name = autoName(inputs.name, registration);
        // A request once sent is let finish: Docker would carry it out all the same, after the removal.
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
        await refusing(stack, () => made.start());
        if (inputs.wait) {
            await becomeHealthy(made, inputs.waitTimeout, registration, context);
        }
        return { id: made.id, state: { name, ...stateOf(await made.inspect()) } };
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
                : `port ${port} of this machine is taken; stop what listens there or choose another port in Pulumi.${stack}.yaml`,
            { cause: error },
        );
    }
}

/** The port in Docker's two ways of saying that it is taken: by another container, by another process. */
function takenPort(reason: string): string | undefined {
    return (
        /Bind for \S+:(\d+) failed: port is already allocated/.exec(reason)?.[1] ??
        /listen \w+ \S+:(\d+): bind: address already in use/.exec(reason)?.[1]
    );
}

/** The outputs that Docker decides: addresses and the ports that it chose. */
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

/** Like the real provider in the order of the container's ports, whatever order they were asked for in. */
function publishedPorts(inspected: Docker.ContainerInspectInfo): Record<string, unknown>[] {
    // An exposed port that is not published is null.
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
