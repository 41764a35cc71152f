import { z } from "zod";
import type { KubernetesObject } from "../../kube/support/object.ts";
import { kubectl } from "./kubectl.ts";
import { isReady, podsIn } from "./pods.ts";
import type { Site } from "./site.ts";

/** A port to connect to. */
export interface Destination {
    readonly address: string;
    readonly port: number;
    readonly protocol: "TCP" | "UDP";
}

/** A pod that tries connections, and listens on ports. */
export interface ProbePod {
    readonly namespace: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly ports: readonly number[];
}

/** Where connections start: a container with Python, or one with bash. */
export interface Origin {
    readonly namespace: string;
    readonly pod: string;
    readonly container?: string;
    readonly shell: "python" | "bash";
}

const listener = `
import asyncio, sys

async def serve(reader, writer):
    writer.close()

async def main():
    for port in sys.argv[1:]:
        await asyncio.start_server(serve, "0.0.0.0", int(port))
    print("listening", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
`;

/** A question about the root's name servers, which every name server answers. */
const question = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
const timeoutSeconds = 4;

/**
 * Connects to all destinations in parallel, and prints a line for each: 1 if something answered. A rejected packet looks like a refused
 * connection, so that only a port with a listener shows whether a policy allows it.
 */
const pythonProbe = `
import socket, sys
from concurrent.futures import ThreadPoolExecutor

def reaches(destination):
    protocol, address, port = destination.split("/")
    kind = socket.SOCK_STREAM if protocol == "TCP" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.settimeout(${timeoutSeconds})
        try:
            probe.connect((address, int(port)))
            if protocol == "UDP":
                probe.send(bytes(${JSON.stringify(question)}))
                probe.recv(512)
            return 1
        except OSError:
            return 0

with ThreadPoolExecutor(100) as pool:
    print("\\n".join(str(each) for each in pool.map(reaches, sys.argv[1:])))
`;

const bashProbe = String.raw`
reaches() {
    local protocol address port
    IFS=/ read -r protocol address port <<<"$1"
    if [[ $protocol == TCP ]]; then
        timeout ${timeoutSeconds} bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && echo "$2 1" || echo "$2 0"
    else
        local answer
        answer=$(timeout ${timeoutSeconds} bash -c "exec 3<>/dev/udp/$address/$port
            printf '${question.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}' >&3
            head -c 1 <&3 | wc -c" 2>/dev/null)
        [[ $answer == 1 ]] && echo "$2 1" || echo "$2 0"
    fi
}
number=0
for destination in "$@"; do
    reaches "$destination" "$number" &
    number=$((number + 1))
done | sort -n | cut -d " " -f 2
`;

/** Tries all destinations from the network of one pod. @returns for each whether something answered */
export async function reached(
    { cluster }: Pick<Site, "cluster">,
    { namespace, pod, container, shell }: Origin,
    destinations: readonly Destination[],
): Promise<readonly boolean[]> {
    const listed = destinations.map(({ protocol, address, port }) => `${protocol}/${address}/${port}`);
    const program = shell === "python" ? ["python3", "-c", pythonProbe] : ["bash", "-c", bashProbe, "probe"];
    const output = await kubectl(cluster, [
        ...["exec", "-n", namespace, pod, ...(container === undefined ? [] : ["-c", container]), "--"],
        ...[...program, ...listed],
    ]);
    const answers = output.trim().split("\n");
    if (answers.length !== destinations.length) {
        throw new Error(`pod "${pod}": ${destinations.length} destinations, and the answer ${output}`);
    }
    return answers.map((answer) => z.enum(["0", "1"]).parse(answer) === "1");
}

/** Starts pods, and waits until they listen. They never become ready, so that no Service sends anything to them. */
export async function startProbes({ cluster, values }: Site, probes: readonly ProbePod[]): Promise<void> {
    const image = z.string().parse(values["servicesImage"]);
    for (const namespace of new Set(probes.map((probe) => probe.namespace))) {
        await cluster.client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    }
    for (const [index, probe] of probes.entries()) {
        const node = cluster.nodes[index % cluster.nodes.length];
        await cluster.client.apply(podObject(probe, image, node?.name));
    }
    for (const { namespace, name } of probes) {
        await kubectl(cluster, [
            ...["wait", "-n", namespace, `pod/${name}`, "--timeout=180s"],
            "--for=jsonpath={.status.containerStatuses[0].started}=true",
        ]);
    }
}

export async function removeProbes({ cluster }: Site, probes: readonly ProbePod[]): Promise<void> {
    for (const { namespace, name } of probes) {
        await kubectl(cluster, [
            ...["delete", "-n", namespace, "pod", name, "--ignore-not-found", "--grace-period=1"],
        ]);
    }
}

/** The address of a pod by name, or of the ready pods with these labels. */
export async function addressesOf(
    { cluster }: Pick<Site, "cluster">,
    namespace: string,
    which: string | Readonly<Record<string, string>>,
): Promise<readonly { readonly pod: string; readonly address: string }[]> {
    return (await podsIn(cluster, namespace))
        .filter((pod) =>
            typeof which === "string"
                ? pod.metadata.name === which
                : isReady(pod) &&
                  Object.entries(which).every(([label, value]) => pod.metadata.labels[label] === value),
        )
        .map(({ metadata, status }) => ({ pod: metadata.name, address: status.podIP ?? "" }));
}

function podObject(
    { namespace, name, labels, ports }: ProbePod,
    image: string,
    node: string | undefined,
): KubernetesObject {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, labels: { ...labels } },
        spec: {
            // Without the scheduler, which puts no pod with the labels of the broker on the node of a broker.
            nodeName: node,
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 1,
            securityContext: {
                runAsNonRoot: true,
                runAsUser: 10_001,
                seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
                {
                    name: "probe",
                    image,
                    imagePullPolicy: "IfNotPresent",
                    command: ["python3", "-c", listener, ...ports.map(String)],
                    securityContext: {
                        allowPrivilegeEscalation: false,
                        capabilities: { drop: ["ALL"] },
                        readOnlyRootFilesystem: true,
                    },
                    startupProbe: {
                        tcpSocket: { port: ports[0] },
                        periodSeconds: 1,
                        failureThreshold: 180,
                    },
                    // Nothing has this name.
                    readinessProbe: { exec: { command: ["ls", "/ready"] }, periodSeconds: 60 },
                },
            ],
        },
    };
}
