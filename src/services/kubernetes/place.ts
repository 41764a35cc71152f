import { createHash } from "node:crypto";
import { partLabels, servicePods } from "@spot-messaging/pulumi/kubernetes";
import type { Service } from "@spot-messaging/topology";
import { partOf } from "../../environment/platform.ts";

/** Where a service runs. */
export interface ServicePlace {
    readonly namespace: string;
    readonly service: Service;
}

/** A service's name as the name of its objects: also pods and hosts are called so, and a host's name has no dots. */
export function objectNameOf({ service }: ServicePlace): string {
    return service.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** What finds the pods of one service, in all its releases. */
export function podsOf(place: ServicePlace): Record<string, string> {
    return { ...servicePods(partOf), "app.kubernetes.io/name": objectNameOf(place) };
}

export function labelsOf(place: ServicePlace): Record<string, string> {
    return { ...partLabels(partOf, "service"), "app.kubernetes.io/name": objectNameOf(place) };
}

/** The metadata of one of a service's objects. @param name by default the service's own */
export function serviceMetadata(
    place: ServicePlace,
    name = objectNameOf(place),
): { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> } {
    return { name, namespace: place.namespace, labels: labelsOf(place) };
}

/**
 * A name that says what is inside. Changed content is another object beside the former, so that the pods which name it are rolled, and those
 * of the release before still find theirs.
 */
export function contentName(base: string, content: string): string {
    return `${base}-${createHash("sha256").update(content).digest("hex").slice(0, 10)}`;
}
