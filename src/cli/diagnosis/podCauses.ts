import type { Cause, Problem } from "./cause.ts";
import { imageProblem, isImageReason } from "./imageProblem.ts";
import type { ContainerStatus, Event, NamespaceObjects, Pod } from "./namespaceObjects.ts";
import { shorten } from "./refusalProblem.ts";
import { schedulingProblem } from "./schedulingProblem.ts";

/** Why pods do not become ready. */
export function podCauses(
    { pods, events }: Pick<NamespaceObjects, "pods" | "events">,
    now: number,
): readonly Cause[] {
    return pods.flatMap((pod) => {
        const { name } = pod.metadata;
        const own = events.filter(
            ({ involvedObject }) => involvedObject.kind === "Pod" && involvedObject.name === name,
        );
        return podProblems(pod, own, now).map((problem) => ({ kind: "pod", names: [name], ...problem }));
    });
}

/** Beyond its grace period, a pod is deleted only when its node answers again. */
const deletionSlackMs = 60_000;

function podProblems(pod: Pod, events: readonly Event[], now: number): readonly Problem[] {
    const { metadata, status } = pod;
    if (metadata.deletionTimestamp !== undefined) {
        return Date.parse(metadata.deletionTimestamp) + deletionSlackMs < now
            ? [
                  {
                      problem: `should be deleted since ${metadata.deletionTimestamp}, but its node "${pod.spec.nodeName ?? ""}" does not confirm it`,
                      wayOut: "start the node again, or remove it from the cluster (kubectl delete node)",
                  },
              ]
            : [];
    }
    if (status.phase === "Succeeded") {
        return [];
    }
    if (status.phase === "Failed" && status.reason !== "") {
        return [failedPod(status)];
    }
    const scheduled = status.conditions.find(({ type }) => type === "PodScheduled");
    if (scheduled?.status === "False") {
        return [
            scheduled.reason === "SchedulingGated"
                ? {
                      problem: "a scheduling gate holds it back",
                      wayOut: "check the software that set the gate (kubectl get pod -o yaml)",
                  }
                : schedulingProblem(scheduled.message),
        ];
    }
    const containers = [...status.initContainerStatuses, ...status.containerStatuses];
    const found = containers.flatMap((each) => containerProblem(pod, each, events) ?? []);
    return found.length > 0 ? found : eventProblems(events, containers);
}

function failedPod({ reason, message }: Pod["status"]): Problem {
    return reason === "Evicted"
        ? {
              problem: `is evicted (${shorten(message)})`,
              wayOut: /DiskPressure|ephemeral/i.test(message)
                  ? "free disk space on the node, or give nodes more disk"
                  : "give nodes more memory, or run less on them",
          }
        : {
              problem: `is stopped by its node: ${reason}${message === "" ? "" : ` (${shorten(message)})`}`,
              wayOut: "check the node (kubectl describe node)",
          };
}

function containerProblem(
    pod: Pod,
    { name, image, state, lastState, ready, restartCount }: ContainerStatus,
    events: readonly Event[],
): Problem | undefined {
    const waiting = state.waiting?.reason ?? "";
    if (isImageReason(waiting)) {
        const specified = pod.spec.containers.find((each) => each.name === name)?.image;
        // Newest first; an older event has the registry's answer when the current state is only the pause.
        const failures = latestFirst(events)
            .filter(({ reason, message }) => reason === "Failed" && /^Failed to pull image/.test(message))
            .map(({ message }) => message);
        return imageProblem(specified ?? image, [waiting, state.waiting?.message ?? "", ...failures]);
    }
    if (waiting === "CreateContainerConfigError") {
        return configProblem(name, state.waiting?.message ?? "");
    }
    if (
        /^(?:CreateContainerError|RunContainerError|PreCreateHookError|PreStartHookError|PostStartHookError)$/.test(
            waiting,
        )
    ) {
        return startProblem(name, state.waiting?.message ?? "");
    }
    const ended = state.terminated ?? (ready ? undefined : lastState.terminated);
    const hasFailed = ended !== undefined && (ended.exitCode !== 0 || waiting === "CrashLoopBackOff");
    if (ended?.reason === "StartError" || ended?.reason === "ContainerCannotRun") {
        return startProblem(name, ended.message);
    }
    if (!hasFailed || (state.terminated === undefined && restartCount === 0)) {
        return undefined;
    }
    return endProblem(pod, name, ended, events);
}

function configProblem(container: string, message: string): Problem {
    // The name of the pod would make each message another one.
    const reason = shorten(message.replace(/ \(pod: .*$/s, ""));
    const problem = `container "${container}" cannot be created (${reason})`;
    return {
        problem,
        wayOut: /runAsNonRoot|non-root|non-numeric user|run as root/.test(message)
            ? "use the image that services/ builds, which has a numeric user"
            : /secret|configmap|key/i.test(message)
              ? "run the command again: it creates the object; if it persists, check what deletes it"
              : "correct what the message names",
    };
}

function startProblem(container: string, message: string): Problem {
    return {
        problem: `container "${container}" cannot be started (${shorten(message)})`,
        wayOut: /executable file not found|no such file|permission denied|exec format/i.test(message)
            ? 'check that "servicesImage" and "brokerImage" are the images of this release, for the processors of the nodes'
            : "check the container runtime of the node (kubectl describe node)",
    };
}

interface End {
    readonly exitCode: number;
    readonly reason: string;
    readonly message: string;
}

const isBroker = (container: string): boolean => container === "rabbitmq";

function endProblem(pod: Pod, container: string, end: End, events: readonly Event[]): Problem {
    if (end.reason === "OOMKilled") {
        const limit = pod.spec.containers.find(({ name }) => name === container)?.resources.limits["memory"];
        return {
            problem: `container "${container}" is killed at its memory limit${limit === undefined ? "" : ` of ${limit}`}`,
            wayOut: isBroker(container)
                ? 'raise "brokerMemory"'
                : "update to a release with a higher limit, or report it with kubectl describe pod",
        };
    }
    const killed = latestFirst(events).find(
        ({ reason, message }) => reason === "Unhealthy" && message.startsWith("Liveness"),
    );
    const startup = latestFirst(events).find(
        ({ reason, message }) => reason === "Unhealthy" && message.startsWith("Startup"),
    );
    const probe = killed ?? startup;
    if (probe !== undefined && (end.exitCode === 137 || end.exitCode === 143)) {
        return probeProblem(probe.message);
    }
    const last = end.message.trim().split("\n").at(-1)?.trim() ?? "";
    return {
        problem: `container "${container}" ends with exit code ${end.exitCode}${last === "" ? "" : ` (${shorten(last)})`}`,
        wayOut: `${last === "" ? "" : "correct what the message names; "}kubectl logs --previous POD shows all of its output`,
    };
}

function probeProblem(message: string): Problem {
    const { probe = "", rest = "" } =
        /^(?<probe>\w+) probe (?:failed|errored)[^:]*: ?(?<rest>.*)$/s.exec(message)?.groups ?? {};
    return {
        problem: `its ${probe.toLowerCase()} probe fails${rest.trim() === "" ? "" : ` (${shorten(rest)})`}`,
        wayOut: "correct what the message names; kubectl logs POD shows the output",
    };
}

/** Problems of a pod that waits for its node, or runs and is not ready. */
function eventProblems(events: readonly Event[], containers: readonly ContainerStatus[]): readonly Problem[] {
    const latest = latestFirst(events);
    const isStarting = containers.every(({ state }) => state.running === undefined);
    const reported = latest.filter(({ reason }) => nodeReasons.has(reason));
    // The kubelet's timeout hides the reason, which an older event has.
    const node =
        reported.find(({ message }) => !/timed out waiting|timeout expired waiting/.test(message)) ??
        reported[0];
    if (isStarting && node !== undefined) {
        return [nodeProblem(node)];
    }
    const isReady = containers.every(({ ready, state }) => ready || state.terminated?.exitCode === 0);
    const probe = latest.find(
        ({ reason, message }) => reason === "Unhealthy" && !message.startsWith("Liveness"),
    );
    return !isStarting && !isReady && probe !== undefined ? [probeProblem(probe.message)] : [];
}

const nodeReasons: ReadonlySet<string> = new Set([
    "FailedMount",
    "FailedAttachVolume",
    "FailedMapVolume",
    "FailedCreatePodSandBox",
    "FailedCreatePodContainer",
    "NetworkNotReady",
]);

function nodeProblem({ reason, message }: Event): Problem {
    const missing = /(secret|configmap) "([^"]+)" not found/.exec(message);
    if (missing !== null) {
        const [, kind = "", name = ""] = missing;
        return {
            problem: `waits for ${kind === "secret" ? "Secret" : "ConfigMap"} "${name}", which does not exist`,
            wayOut: /tls|ca$/.test(name)
                ? "check the Certificate or the operator that creates it"
                : "run the command again: it creates the object; if it persists, check what deletes it",
        };
    }
    if (/Multi-Attach|already exclusively attached|already used by/i.test(message)) {
        return {
            problem: `its volume is still attached to another node (${shorten(message)})`,
            wayOut: "wait until the other node has released it, or remove a node that does not answer (kubectl delete node)",
        };
    }
    if (/no IP addresses available|failed to (?:assign|allocate)[^"]* IP\b/i.test(message)) {
        return {
            problem: `its node has no free IP address for it (${withoutIds(message)})`,
            wayOut: "give the pods' network more addresses, or run fewer pods on the node",
        };
    }
    return reason.includes("Volume") || reason === "FailedMount"
        ? {
              problem: `its volume cannot be mounted (${shorten(message)})`,
              wayOut: "check the storage driver of the cluster",
          }
        : {
              problem: `its node cannot prepare it (${withoutIds(message)})`,
              wayOut: "check the network plugin and the container runtime of the node (kubectl describe node)",
          };
}

/** The reason comes last, behind the long names of the attempt, which differ each time. */
function withoutIds(message: string): string {
    return shorten(
        message
            .replace(/^\(combined from similar events\): /, "")
            .replaceAll(/ "?[0-9a-f]{64}"?/g, "")
            .replaceAll(/ network for pod "[^"]*"/g, ""),
    );
}

function latestFirst(events: readonly Event[]): readonly Event[] {
    return [...events].sort((a, b) => b.time - a.time);
}
