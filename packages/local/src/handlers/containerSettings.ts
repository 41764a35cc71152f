import type Docker from "dockerode";
import type { ContainerInputs } from "./containerInputs.ts";
import { labelRecord } from "./dockerLabels.ts";
import { goNanoseconds } from "./goDuration.ts";

const mebibyte = 1024 * 1024;

/** The create request that the real provider would send, except that the container joins its first network with this request. */
export function containerSettings(
    inputs: ContainerInputs,
    name: string,
    owner: Readonly<Record<string, string>>,
): Docker.ContainerCreateOptions {
    const [network] = inputs.networksAdvanced;
    return {
        name,
        Image: inputs.image,
        Hostname: inputs.hostname,
        Domainname: inputs.domainname,
        Entrypoint: inputs.entrypoints,
        Cmd: inputs.command,
        Env: inputs.envs,
        User: inputs.user,
        WorkingDir: inputs.workingDir,
        Tty: inputs.tty,
        OpenStdin: inputs.stdinOpen,
        StopSignal: inputs.stopSignal,
        StopTimeout: inputs.stopTimeout,
        Labels: labelRecord(inputs.labels, owner),
        ExposedPorts: Object.fromEntries(inputs.ports.map((port) => [portKey(port), {}])),
        Volumes: Object.fromEntries(inputs.volumes.map(({ containerPath }) => [containerPath, {}])),
        ...(inputs.healthcheck === undefined ? {} : { Healthcheck: healthcheck(inputs.healthcheck) }),
        HostConfig: hostConfig(inputs),
        ...(network === undefined
            ? {}
            : { NetworkingConfig: { EndpointsConfig: { [network.name]: endpoint(network) } } }),
    };
}

/** A container's settings in one network. */
export function endpoint(network: ContainerInputs["networksAdvanced"][number]): Docker.EndpointSettings {
    return {
        Aliases: network.aliases ?? [],
        IPAMConfig: {
            ...(network.ipv4Address === undefined ? {} : { IPv4Address: network.ipv4Address }),
            ...(network.ipv6Address === undefined ? {} : { IPv6Address: network.ipv6Address }),
        },
    };
}

function portKey(port: { readonly internal: number; readonly protocol: string }): string {
    return `${port.internal}/${port.protocol}`;
}

function healthcheck(check: NonNullable<ContainerInputs["healthcheck"]>): Docker.HealthConfig {
    return {
        Test: check.tests,
        Interval: goNanoseconds(check.interval),
        Timeout: goNanoseconds(check.timeout),
        StartPeriod: goNanoseconds(check.startPeriod),
        StartInterval: goNanoseconds(check.startInterval),
        Retries: check.retries,
    };
}

function hostConfig(inputs: ContainerInputs): Docker.HostConfig {
    return {
        Init: inputs.init,
        ReadonlyRootfs: inputs.readOnly,
        Privileged: inputs.privileged,
        RestartPolicy: { Name: inputs.restart, MaximumRetryCount: inputs.maxRetryCount },
        CapAdd: inputs.capabilities?.adds,
        CapDrop: inputs.capabilities?.drops,
        SecurityOpt: inputs.securityOpts,
        Sysctls: inputs.sysctls,
        Tmpfs: inputs.tmpfs,
        GroupAdd: inputs.groupAdds,
        Ulimits: inputs.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
        Memory: inMebibytes(inputs.memory),
        MemoryReservation: inMebibytes(inputs.memoryReservation),
        // -1: no limit
        MemorySwap: inputs.memorySwap === -1 ? -1 : inMebibytes(inputs.memorySwap),
        ShmSize: inMebibytes(inputs.shmSize),
        CpuShares: inputs.cpuShares,
        CpusetCpus: inputs.cpuSet,
        NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
        ...(inputs.logDriver === undefined && inputs.logOpts === undefined
            ? {}
            : { LogConfig: { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} } }),
        NetworkMode: inputs.networkMode ?? inputs.networksAdvanced[0]?.name ?? "bridge",
        Dns: inputs.dns,
        DnsOptions: inputs.dnsOpts,
        DnsSearch: inputs.dnsSearches,
        ExtraHosts: inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`),
        PortBindings: portBindings(inputs.ports),
        Binds: inputs.volumes.flatMap(({ containerPath, volumeName, hostPath, readOnly }) => {
            const source = hostPath ?? volumeName;
            return source === undefined ? [] : [`${source}:${containerPath}:${readOnly ? "ro" : "rw"}`];
        }),
        Mounts: inputs.mounts.map(mount),
    };
}

function inMebibytes(amount: number | undefined): number | undefined {
    return amount === undefined ? undefined : amount * mebibyte;
}

/** Docker chooses a free port where none is given. */
function portBindings(
    ports: ContainerInputs["ports"],
): Record<string, { HostIp: string; HostPort: string }[]> {
    const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
    for (const port of ports) {
        const key = portKey(port);
        bindings[key] = [...(bindings[key] ?? []), { HostIp: port.ip, HostPort: String(port.external ?? 0) }];
    }
    return bindings;
}

function mount(asked: ContainerInputs["mounts"][number]): Docker.MountSettings {
    return {
        Type: asked.type,
        Target: asked.target,
        Source: asked.source ?? "",
        ReadOnly: asked.readOnly,
        ...(asked.tmpfsOptions === undefined
            ? {}
            : { TmpfsOptions: { SizeBytes: asked.tmpfsOptions.sizeBytes, Mode: asked.tmpfsOptions.mode } }),
    };
}
