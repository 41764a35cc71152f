import { compareText } from "../../text/names.ts";
import { isBrokerType } from "./brokerObjects.ts";
import { at, unknownValue } from "./refusals.ts";
import type { EngineStep, Operation } from "./step.ts";

/** How many resources of one provider the engine changes, and which of them a reviewer should see. */
export interface ResourceGroup {
    /** `docker`, `kubernetes`, `random`. */
    readonly provider: string;
    readonly counts: Readonly<Partial<Record<Operation, number>>>;
    readonly noteworthy: readonly NoteworthyResource[];
}

/** A resource outside the topology that is deleted, replaced or gets another image or replica count. */
export interface NoteworthyResource {
    /** `Container "rabbitmq-0"`. */
    readonly resource: string;
    readonly operation: Operation;
    /** `image a -> b`, `is deleted with its data`. */
    readonly text: string;
}

/** All resources outside the broker, by provider, without components and providers. */
export function otherResources(steps: readonly EngineStep[]): readonly ResourceGroup[] {
    const groups = new Map<string, EngineStep[]>();
    for (const step of steps) {
        const provider = step.type.split(":", 1)[0] ?? "";
        if (!isBrokerType(step.type) && provider !== "pulumi" && step.urn.includes("/")) {
            groups.set(provider, [...(groups.get(provider) ?? []), step]);
        }
    }
    return [...groups]
        .map(([provider, all]) => ({
            provider,
            counts: countsOf(all),
            noteworthy: all
                .flatMap(noteworthy)
                .sort((a, b) => compareText(a.resource + a.text, b.resource + b.text)),
        }))
        .filter(({ counts }) => Object.keys(counts).some((operation) => operation !== "same"))
        .sort((a, b) => compareText(a.provider, b.provider));
}

function countsOf(steps: readonly EngineStep[]): ResourceGroup["counts"] {
    const counts: Partial<Record<Operation, number>> = {};
    for (const { operation } of steps) {
        if (operation !== "other") {
            counts[operation] = (counts[operation] ?? 0) + 1;
        }
    }
    return counts;
}

/** Resources that hold data or run something, by the last part of their type, and what their deletion means. */
const stateful: Readonly<Record<string, string>> = {
    Volume: "with its data",
    PersistentVolumeClaim: "with its data",
    PersistentVolume: "with its data",
    StatefulSet: "and stops its pods",
    Namespace: "with everything in it",
    RabbitmqCluster: "with the broker and its data",
    Container: "and stops what runs in it",
};

/** Values that a reviewer wants to see, read from the properties of a resource. */
const watched: readonly { readonly label: string; readonly read: (value: unknown) => unknown }[] = [
    { label: "image", read: (value) => imagesOf(value) },
    { label: "replicas", read: (value) => at(value, ["spec", "replicas"]) },
];

function noteworthy(step: EngineStep): readonly NoteworthyResource[] {
    const { operation, before, after, type, name } = step;
    const kind = type.split(":").at(-1) ?? type;
    const resource = `${kind} "${name}"`;
    const loss = stateful[kind];
    const lost =
        loss !== undefined && (operation === "delete" || operation === "replace")
            ? [`is ${operation === "delete" ? "deleted" : "deleted and created again"} ${loss}`]
            : [];
    const changed =
        before === undefined || after === undefined
            ? []
            : watched.flatMap(({ label, read }) => {
                  const [oldValue, newValue] = [shown(read(before)), shown(read(after))];
                  return oldValue === newValue ? [] : [`${label} ${oldValue} -> ${newValue}`];
              });
    return [...changed, ...lost].map((text) => ({ resource, operation, text }));
}

/** The image of a container, or the images of a workload's containers. */
function imagesOf(value: unknown): unknown {
    const containers = at(value, ["spec", "template", "spec", "containers"]);
    const pods = Array.isArray(containers)
        ? containers.map((each) => at(each, ["image"])).join(", ")
        : undefined;
    return at(value, ["image"]) ?? pods ?? at(value, ["spec", "image"]);
}

function shown(value: unknown): string {
    return value === undefined
        ? "none"
        : value === unknownValue
          ? "not known yet"
          : typeof value === "string"
            ? value
            : JSON.stringify(value);
}
