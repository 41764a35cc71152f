import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type { Workload } from "@spot-messaging/topology";
import {
    authorityFile,
    connectionFile,
    contractFile,
    dataFolder,
    healthFile,
    serviceEnvironment,
} from "../runtime/runtime.ts";
import { probes } from "./probes.ts";

/** How Service and Ingress call the port of a service's HTTP interface. */
export const httpPortName = "http";

/** How long a replica still serves after it was told to leave: until nobody sends it requests any more. */
export const leavingSeconds = 5;

/** The pod's volumes, by what is in them, and where each is found. */
export const mounts = {
    contract: posix.dirname(contractFile),
    connection: posix.dirname(connectionFile),
    authority: posix.dirname(authorityFile),
    data: dataFolder,
    scratch: posix.dirname(healthFile),
} as const;

/**
 * What one replica is promised, and may use at most. Memory is both: a replica that had got more than its promise would be the first to be
 * killed when a host runs out of it. It holds a few e-mails of 50 MiB at a time.
 */
const resources = {
    requests: { cpu: "100m", memory: "512Mi", "ephemeral-storage": "64Mi" },
    limits: { cpu: "1", memory: "512Mi", "ephemeral-storage": "256Mi" },
};

/** The one container of a service's pod, with no right that it does not need. */
export function containerOf(
    { program, httpPort }: Workload,
    image: string,
): k8s.types.input.core.v1.Container {
    return {
        name: "service",
        image,
        args: [program],
        env: Object.entries(serviceEnvironment).map(([name, value]) => ({ name, value })),
        ...(httpPort !== undefined && {
            ports: [{ name: httpPortName, containerPort: httpPort, protocol: "TCP" }],
            lifecycle: { preStop: { sleep: { seconds: leavingSeconds } } },
        }),
        ...probes,
        resources,
        securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        },
        volumeMounts: Object.entries(mounts).map(([name, mountPath]) => ({
            name,
            mountPath,
            ...(name !== "data" && name !== "scratch" && { readOnly: true }),
        })),
        // The sentence with which a service refuses to start is shown with the pod.
        terminationMessagePolicy: "FallbackToLogsOnError",
    };
}
