import { compareText } from "../../text/names.ts";
import { redactText } from "../../text/redaction.ts";
import { parseQuantity } from "./quantity.ts";
import type { EngineStep } from "./step.ts";

/** An update that the preview accepts, and that fails or changes nothing when it runs. */
export interface Refusal {
    /** `RabbitmqCluster "rabbitmq"`. */
    readonly resource: string;
    /** A sentence about the resource, without it. */
    readonly text: string;
}

/** A property of a resource kind that cannot change in a certain way. */
interface Limit {
    readonly kind: string;
    /** What the change is; `undefined` if the limit allows it. */
    readonly text: (before: unknown, after: unknown) => string | undefined;
}

const clusterOperator = "https://github.com/rabbitmq/cluster-operator";

const limits: readonly Limit[] = [
    {
        kind: "PersistentVolumeClaim",
        text: (before, after) => {
            const size = smaller(before, after, ["spec", "resources", "requests", "storage"]);
            return size && `its volume gets smaller (${size}): Kubernetes refuses that. ${newVolume}`;
        },
    },
    {
        kind: "PersistentVolumeClaim",
        text: (before, after) => {
            const storageClass = changed(before, after, ["spec", "storageClassName"]);
            return (
                storageClass &&
                `its storage class changes (${storageClass}): Kubernetes refuses that for an existing volume. ${newVolume}`
            );
        },
    },
    {
        kind: "StatefulSet",
        text: (before, after) =>
            changed(before, after, ["spec", "volumeClaimTemplates"]) &&
            "its volumeClaimTemplates change: Kubernetes refuses that. Change the size of each PersistentVolumeClaim, delete the StatefulSet with --cascade=orphan, and create it again",
    },
    {
        kind: "StatefulSet",
        text: (before, after) => {
            const image = JSON.stringify(at(before, ["spec", "template", "spec", "containers"]) ?? "");
            return /rabbitmq/iu.test(image) ? lostMajority(before, after) : undefined;
        },
    },
    {
        kind: "RabbitmqCluster",
        text: (before, after) => {
            const size = smaller(before, after, ["spec", "persistence", "storage"]);
            return (
                size &&
                `its volumes get smaller (${size}): Kubernetes refuses that, and the operator stops applying changes to this cluster until the size is restored (${clusterOperator}/pull/658). Keep the size, or move to a new cluster`
            );
        },
    },
    {
        kind: "RabbitmqCluster",
        text: (before, after) => {
            const storageClass = changed(before, after, ["spec", "persistence", "storageClassName"]);
            return (
                storageClass &&
                `its storage class changes (${storageClass}), which has no effect on existing volumes (${clusterOperator}/issues/992). Keep the class, or move to a new cluster`
            );
        },
    },
    {
        kind: "RabbitmqCluster",
        text: (before, after) => {
            const [old, now] = [before, after].map((each) => at(each, ["spec", "replicas"]));
            return typeof old === "number" && typeof now === "number" && 0 < now && now < old
                ? `its nodes become fewer (${old} -> ${now}): the operator ignores that (${clusterOperator}/issues/223). Keep ${old} replicas, or move to a new cluster`
                : undefined;
        },
    },
    {
        kind: "rabbitmq",
        text: (before, after) => {
            const endpoint = changed(before, after, ["endpoint"]);
            return (
                endpoint &&
                `its endpoint changes (${redactText(endpoint)}): Pulumi's state says that everything is declared already, so Pulumi creates nothing on the new broker. If it is another broker, run pulumi refresh after this update, and pulumi up again`
            );
        },
    },
];

const newVolume = "Keep it as it is, or create a new volume and copy the data";

/** Updates in place that Kubernetes, the cluster operator or the provider's state do not allow. A replacement deletes and creates instead. */
export function refusals(steps: readonly EngineStep[]): readonly Refusal[] {
    return steps
        .filter(({ operation }) => operation === "update")
        .flatMap(({ type, name, before, after }) => {
            const kind = type.split(":").at(-1) ?? type;
            const noun = type.startsWith("pulumi:providers:") ? "provider" : kind;
            return limits
                .filter((each) => each.kind === kind && (noun === "provider") === (kind === "rabbitmq"))
                .flatMap(({ text }) => text(before, after) ?? [])
                .map((text) => ({ resource: `${noun} "${name}"`, text }));
        })
        .sort((a, b) => compareText(a.resource + a.text, b.resource + b.text));
}

function lostMajority(before: unknown, after: unknown): string | undefined {
    const [old, now] = [before, after].map((each) => at(each, ["spec", "replicas"]));
    return typeof old === "number" && typeof now === "number" && now < old && now <= old / 2
        ? `its nodes become fewer (${old} -> ${now}), which is not a majority of ${old}: quorum queues and streams stop. Remove one node at a time, and its members first with rabbitmq-queues shrink`
        : undefined;
}

function smaller(before: unknown, after: unknown, path: readonly string[]): string | undefined {
    const [old, now] = [at(before, path), at(after, path)];
    const [oldSize, newSize] = [parseQuantity(old), parseQuantity(now)];
    return oldSize !== undefined && newSize !== undefined && newSize < oldSize
        ? `${String(old)} -> ${String(now)}`
        : undefined;
}

/** Pulumi's placeholder for a value that is unknown until the resource exists. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** `fast -> slow`, if both values are known and differ. A missing value is the default, which is not known. */
function changed(before: unknown, after: unknown, path: readonly string[]): string | undefined {
    const [old, now] = [at(before, path), at(after, path)];
    const isKnown = [old, now].every((each) => each !== undefined && each !== unknownValue);
    if (!isKnown || JSON.stringify(old) === JSON.stringify(now)) {
        return undefined;
    }
    return [old, now].map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(" -> ");
}

/** The value at a path of keys. */
export function at(value: unknown, [key, ...rest]: readonly string[]): unknown {
    if (key === undefined) {
        return value;
    }
    return typeof value === "object" && value !== null && key in value
        ? at((value as Readonly<Record<string, unknown>>)[key], rest) // the check on the line above
        : undefined;
}
