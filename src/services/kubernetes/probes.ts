import type * as k8s from "@pulumi/kubernetes";
import { healthCommand, type Probe } from "../runtime/runtime.ts";

type Probes = Pick<k8s.types.input.core.v1.Container, "startupProbe" | "readinessProbe" | "livenessProbe">;

/** On a busy host the interpreter alone may take a second. */
const answerSeconds = 5;

/**
 * All three ask the service's own report, in which a consumer that is missing counts, not only a closed socket. The service itself gives up
 * after 60 s without a broker; a start may take longer where many start at once.
 */
export const probes: Probes = {
    startupProbe: probe("startup", 3, 40),
    readinessProbe: probe("readiness", 10, 2),
    // What it asks for lasts minutes by then: see `services/src/spot_health/judgement.py`.
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
