import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type { Workload } from "@spot-messaging/topology";
import {
    authorityFile,
    contractFile,
    databaseAuthorityFile,
    dataFolder,
    healthFile,
    memoryMebibytes,
    metricsPort,
    secretFolder,
    serviceEnvironment,
} from "../runtime/runtime.ts";
import { probes } from "./probes.ts";

/** The port name of a service's HTTP interface, for Service and Ingress. */
export const httpPortName = "http";

/** The port name of a service's metrics, for the PodMonitor. */
export const metricsPortName = "metrics";

/** How long a terminating replica continues to serve: Kubernetes still sends it requests for a moment. */
export const leavingSeconds = 5;

/** The pod's volumes and their mount paths. */
export const mounts = {
    contract: posix.dirname(contractFile),
    secrets: secretFolder,
    authority: posix.dirname(authorityFile),
    database: posix.dirname(databaseAuthorityFile),
    data: dataFolder,
    scratch: posix.dirname(healthFile),
} as const;

const memory = `${memoryMebibytes}Mi`;

/** Requests and limits of one replica. Both are equal for memory, because a host without free memory first kills pods above their request. */
const resources = {
    requests: { cpu: "100m", memory, "ephemeral-storage": "1Gi" },
    limits: { cpu: "1", memory, "ephemeral-storage": "3Gi" },
};

/** The only container of a service's pod, with the fewest privileges. */
export function containerOf(
    { program, httpPort }: Workload,
    image: string,
    environment: Readonly<Record<string, string>>,
    volumes: readonly { readonly name: keyof typeof mounts }[],
): k8s.types.input.core.v1.Container {
    return {
        name: "service",
        image,
        args: [program],
        env: Object.entries({ ...serviceEnvironment, ...environment }).map(([name, value]) => ({
            name,
            value,
        })),
        ports: [
            ...(httpPort === undefined
                ? []
                : [{ name: httpPortName, containerPort: httpPort, protocol: "TCP" }]),
            { name: metricsPortName, containerPort: metricsPort, protocol: "TCP" },
        ],
        ...(httpPort !== undefined && {
            lifecycle: { preStop: { sleep: { seconds: leavingSeconds } } },
        }),
        ...probes,
        resources,
        securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        },
        volumeMounts: volumes.map(({ name }) => ({
            name,
            mountPath: mounts[name],
            ...(name !== "data" && name !== "scratch" && { readOnly: true }),
        })),
        // `kubectl describe pod` then shows why a service does not start.
        terminationMessagePolicy: "FallbackToLogsOnError",
    };
}
