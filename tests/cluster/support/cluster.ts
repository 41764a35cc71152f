import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectContainerEngine, lastOutputLines, type Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { type ApiClient, type ApiServer, connect } from "../../kube/support/apiClient.ts";
import { kubeconfig } from "../../kube/support/kubeconfig.ts";
import { nodeFiles, type Ranges, rangesOf, serviceRange } from "./configuration.ts";
import { kubeletUser, type Tokens, writeKeys } from "./keys.ts";
import { clusterLabel, type Machine, startMachine } from "./machine.ts";
import { ensureMachineImage } from "./machineImage.ts";
import { ensureOpenssl } from "./openssl.ts";
import { removeCluster } from "./removal.ts";

/** The name of the cluster of this machine; `SPOT_CLUSTER` gives another name. */
const clusterName = process.env["SPOT_CLUSTER"] ?? "spot-messaging-cluster";

/** A Kubernetes cluster whose machines are containers. */
export interface Cluster {
    /** Also the name of its network. */
    readonly name: string;
    readonly server: ApiServer;
    /** As an administrator. */
    readonly client: ApiClient;
    readonly docker: Docker;
    /** Where pods run, each in a zone of its own. */
    readonly nodes: readonly Machine[];
    readonly control: Machine;
    /** The file by which programs reach it as an administrator. */
    readonly kubeconfigFile: string;
    /** Shared with all machines, at `/run/cluster`. */
    readonly folder: string;
    readonly programs: ClusterPrograms;
    /** Removes everything. */
    readonly stop: () => Promise<void>;
}

/** Paths of the programs. */
export interface ClusterPrograms {
    readonly apiServer: string;
    readonly kubelet: string;
    readonly controllerManager: string;
    readonly scheduler: string;
    readonly proxy: string;
    readonly kubectl: string;
    readonly kubeRouter: string;
}

export interface ClusterOptions {
    readonly nodes: number;
    readonly programs: ClusterPrograms;
    readonly pauseImage: string;
    readonly report: Report;
}

/** The zone of a node, by its place in the list of nodes. */
export function zoneOf(index: number): string {
    return `zone-${"abcdefghi".charAt(index)}`;
}

const readyWithinMilliseconds = 180_000;

/** Starts a cluster; an earlier one that was not stopped is removed. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
    const { report } = options;
    const docker = await connectContainerEngine(report);
    await removeCluster(docker, clusterName);
    await ensureOpenssl(report);
    const image = await ensureMachineImage(docker, report);
    const folder = mkdtempSync(path.join(tmpdir(), "spot-cluster-"));
    const stop = async (): Promise<void> => {
        await removeCluster(docker, clusterName);
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        return await assemble(options, docker, image, folder, stop);
    } catch (error) {
        const logs = path.join(folder, "logs");
        const text = error instanceof Error ? error.message : String(error);
        const shown = ["control/kube-apiserver", "node-1/kubelet", "node-1/containerd"].map(
            (name) => `${name}${lastLines(path.join(logs, `${name}.log`))}`,
        );
        await stop();
        throw new Error(`the cluster does not start: ${text}; ${shown.join("; ")}`, { cause: error });
    }
}

function lastLines(file: string): string {
    try {
        return lastOutputLines(readFileSync(file, "utf8"));
    } catch {
        return ": no log";
    }
}

async function assemble(
    options: ClusterOptions,
    docker: Docker,
    image: string,
    folder: string,
    stop: () => Promise<void>,
): Promise<Cluster> {
    const names = Array.from({ length: options.nodes }, (_, index) => `node-${index + 1}`);
    const tokens = await writeKeys(path.join(folder, "keys"), names);
    cpSync(fileURLToPath(new URL("./machine", import.meta.url)), path.join(folder, "machine"), {
        recursive: true,
    });
    const ranges = await createNetwork(docker);
    const url = `https://${ranges.control}:6443`;
    writeFileSync(
        path.join(folder, "routes"),
        names.map((_, index) => `${ranges.podsOf(index)} ${ranges.node(index)}\n`).join(""),
    );
    const { programs } = options;
    const environment = { SERVICES: serviceRange, PODS: ranges.pods };
    const common = { cluster: clusterName, image, network: clusterName, folder, environment };
    // The API server makes its own certificate, which the others trust; their files are written when it is there.
    const control = await startMachine(docker, {
        ...common,
        name: "control",
        address: ranges.control,
        script: "control.sh",
        programs: {
            "kube-apiserver": programs.apiServer,
            "kube-controller-manager": programs.controllerManager,
            "kube-scheduler": programs.scheduler,
        },
    });
    const server = await answeringServer(url, folder, tokens);
    for (const user of ["kube-controller-manager", "kube-scheduler"]) {
        writeKubeconfig(path.join(folder, "keys", `${user}.kubeconfig`), server, tokens, `system:${user}`);
    }
    const kubeconfigFile = path.join(folder, "admin.kubeconfig");
    writeKubeconfig(kubeconfigFile, server, tokens, "admin");
    const client = connect(server);
    const nodes = await Promise.all(
        names.map(async (name, index) => {
            const address = ranges.node(index);
            const pods = ranges.podsOf(index);
            await client.create(nodeObject(name, pods, zoneOf(index)));
            const place = path.join(folder, name);
            mkdirSync(path.join(place, "cni"), { recursive: true });
            const { pauseImage } = options;
            const shared = { folder: `/run/cluster/${name}`, allPods: ranges.pods, pauseImage };
            const node = { ...shared, name, address, pods };
            for (const [file, content] of Object.entries(nodeFiles(node))) {
                writeFileSync(path.join(place, file), content);
            }
            const users = {
                kubelet: kubeletUser(name),
                "kube-proxy": "system:kube-proxy",
                "kube-router": "kube-router",
            };
            for (const [program, user] of Object.entries(users)) {
                writeKubeconfig(path.join(place, `${program}.kubeconfig`), server, tokens, user);
            }
            return await startMachine(docker, {
                ...common,
                name,
                address,
                script: "node.sh",
                programs: {
                    kubelet: programs.kubelet,
                    "kube-proxy": programs.proxy,
                    "kube-router": programs.kubeRouter,
                },
            });
        }),
    );
    return {
        name: clusterName,
        server,
        client,
        docker,
        nodes,
        control,
        kubeconfigFile,
        folder,
        programs,
        stop,
    };
}

/** Creates the machines' network, without a way to the outside, in a range that nothing else uses. */
async function createNetwork(docker: Docker): Promise<Ranges> {
    for (let attempt = 0; ; attempt += 1) {
        const ranges = rangesOf(100 + Math.floor(Math.random() * 120));
        try {
            await docker.createNetwork({
                Name: clusterName,
                Internal: true,
                Labels: { [clusterLabel]: clusterName },
                IPAM: { Driver: "default", Config: [{ Subnet: ranges.all }] },
            });
            return ranges;
        } catch (error) {
            if (attempt > 10) {
                throw error;
            }
        }
    }
}

async function answeringServer(url: string, folder: string, tokens: Tokens): Promise<ApiServer> {
    const deadline = Date.now() + readyWithinMilliseconds;
    for (;;) {
        try {
            const server: ApiServer = {
                url,
                certificate: readFileSync(path.join(folder, "keys", "apiserver.crt"), "utf8"),
                token: tokens.get("admin") ?? "",
                auditLog: path.join(folder, "audit.log"),
            };
            await connect(server).get("/readyz");
            return server;
        } catch (error) {
            if (Date.now() > deadline) {
                throw error;
            }
            await sleep(200);
        }
    }
}

function writeKubeconfig(file: string, server: ApiServer, tokens: Tokens, user: string): void {
    writeFileSync(file, kubeconfig(server, tokens.get(user) ?? ""), { mode: 0o600 });
}

function nodeObject(name: string, pods: string, zone: string) {
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: {
            name,
            labels: { "topology.kubernetes.io/zone": zone, "kubernetes.io/hostname": name },
        },
        spec: { podCIDR: pods, podCIDRs: [pods] },
    };
}
