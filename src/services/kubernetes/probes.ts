import type * as k8s from "@pulumi/kubernetes";
import { healthCommand, type Probe } from "../runtime/runtime.ts";

type Probes = Pick<k8s.types.input.core.v1.Container, "startupProbe" | "readinessProbe" | "livenessProbe">;

/** On a busy host, the start of the interpreter alone can take a second. */
const answerSeconds = 5;

/**
 * All three probes read the service's health report, which includes missing consumers, not only a closed socket. The service itself exits
 * after 60 s without a broker; a start can take longer if many services start together.
 */
export const probes: Probes = {
    startupProbe: probe("startup", 3, 40),
    readinessProbe: probe("readiness", 10, 2),
    // It fails only after minutes; see `services/src/spot_health/probes.py`.
    livenessProbe: probe("liveness", 30, 2),
};

function probe(asked: Probe, periodSeconds: number, failureThreshold: number): k8s.types.input.core.v1.Probe {
    return {
        exec: { command: [...healthCommand(asked)] },
        periodSeconds,
        failureThreshold,
        timeoutSeconds: answerSeconds,
    };
}
