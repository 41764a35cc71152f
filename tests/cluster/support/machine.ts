import type Docker from "dockerode";
import { type Execution, runInContainer } from "../../../src/cli/runInContainer.ts";

/** The label of a cluster's containers and networks. */
export const clusterLabel = "spot-messaging.cluster";

/** Every capability of a machine's root, except SYS_RESOURCE, which a virtual machine's root can be without. */
const capabilities = [
    ...["AUDIT_CONTROL", "AUDIT_READ", "BLOCK_SUSPEND", "DAC_READ_SEARCH", "IPC_LOCK", "IPC_OWNER", "LEASE"],
    ...["LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN", "NET_BROADCAST", "SYSLOG", "SYS_ADMIN"],
    ...["SYS_BOOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_TIME"],
    ...["SYS_TTY_CONFIG", "WAKE_ALARM"],
];

/** A machine of a cluster: a container in which other containers run. */
export interface Machine {
    readonly name: string;
    readonly address: string;
    readonly container: Docker.Container;
    /** Runs a program as root. @throws Error with its output when it fails */
    readonly run: (...command: readonly string[]) => Promise<string>;
    /** Ends every process of the machine without warning, as a power failure does. */
    readonly kill: () => Promise<void>;
    /** Boots the machine again. */
    readonly start: () => Promise<void>;
    /** Drops all packets to and from other machines. */
    readonly cutNetwork: () => Promise<void>;
    readonly repairNetwork: () => Promise<void>;
}

export interface MachineSpec {
    readonly name: string;
    readonly cluster: string;
    readonly image: string;
    readonly network: string;
    readonly address: string;
    /** Of the script, below the shared folder `machine`. */
    readonly script: string;
    readonly environment: Readonly<Record<string, string>>;
    /** The folder that all machines share, mounted at `/run/cluster`. */
    readonly folder: string;
    /** Paths of programs by name, mounted below `/programs`. */
    readonly programs: Readonly<Record<string, string>>;
}

/** Creates and boots a machine. */
export async function startMachine(docker: Docker, spec: MachineSpec): Promise<Machine> {
    const { name, address } = spec;
    // The types leave out one field.
    const hostConfig: Docker.HostConfig & { readonly CgroupnsMode: "private" } = {
        NetworkMode: spec.network,
        CapAdd: [...capabilities],
        SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
        MaskedPaths: [],
        ReadonlyPaths: [],
        DeviceCgroupRules: ["a *:* rwm"],
        // kubelet reads there which containers the kernel ended because they used too much memory.
        Devices: [{ PathOnHost: "/dev/kmsg", PathInContainer: "/dev/kmsg", CgroupPermissions: "rwm" }],
        CgroupnsMode: "private",
        Tmpfs: { "/run": "exec", "/tmp": "exec" },
        Binds: [
            `${spec.folder}:/run/cluster`,
            ...Object.entries(spec.programs).map(([program, path]) => `${path}:/programs/${program}:ro`),
        ],
    };
    const container = await docker.createContainer({
        name: `${spec.cluster}-${name}`,
        Hostname: name,
        Image: spec.image,
        Entrypoint: ["/bin/bash", `/run/cluster/machine/${spec.script}`],
        Env: Object.entries({ ...spec.environment, NAME: name, ADDRESS: address }).map(
            ([key, value]) => `${key}=${value}`,
        ),
        Labels: { [clusterLabel]: spec.cluster },
        // Not on the container's own file system, since containers in it have layered file systems themselves.
        Volumes: { "/var": {} },
        HostConfig: hostConfig,
        NetworkingConfig: { EndpointsConfig: { [spec.network]: { IPAMConfig: { IPv4Address: address } } } },
    });
    await container.start();
    const run: Machine["run"] = async (...command) => {
        const { exitCode, stdout, stderr }: Execution = await runInContainer(container, command);
        if (exitCode !== 0) {
            throw new Error(`machine "${name}": ${command.join(" ")} failed: ${stderr}${stdout}`);
        }
        return stdout;
    };
    const onUplink = async (action: "-I" | "-D"): Promise<void> => {
        for (const chain of [
            ["INPUT", "-i"],
            ["OUTPUT", "-o"],
            ["FORWARD", "-i"],
            ["FORWARD", "-o"],
        ]) {
            await run("iptables", "-w", action, ...chain, "eth0", "-j", "DROP");
        }
    };
    return {
        name,
        address,
        container,
        run,
        kill: async () => {
            await container.kill();
        },
        start: async () => {
            await container.start();
        },
        cutNetwork: async () => {
            await onUplink("-I");
        },
        repairNetwork: async () => {
            await onUplink("-D");
        },
    };
}
