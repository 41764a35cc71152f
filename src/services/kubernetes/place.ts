import { createHash } from "node:crypto";
import { partLabels, servicePods } from "@spot-messaging/pulumi/kubernetes";
import type { Service } from "@spot-messaging/topology";
import { partOf } from "../../environment/platform.ts";

/** A service and its namespace. */
export interface ServicePlace {
    readonly namespace: string;
    readonly service: Service;
}

/** The name of a service's objects. It is also part of host names, which must have no dots. */
export function objectNameOf({ service }: Pick<ServicePlace, "service">): string {
    return service.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** The labels of a service's pods, the same in all releases. */
export function podsOf(place: ServicePlace): Record<string, string> {
    return { ...servicePods(partOf), "app.kubernetes.io/name": objectNameOf(place) };
}

export function labelsOf(place: ServicePlace): Record<string, string> {
    return { ...partLabels(partOf, "service"), "app.kubernetes.io/name": objectNameOf(place) };
}

/** The metadata of a service's object. @param name by default the service's name */
export function serviceMetadata(
    place: ServicePlace,
    name = objectNameOf(place),
): { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> } {
    return { name, namespace: place.namespace, labels: labelsOf(place) };
}

/**
 * A name with a hash of the content. Changed content results in a second object, so that the pods are rolled, and pods of the previous
 * release still find their object.
 */
export function contentName(base: string, content: string): string {
    return `${base}-${createHash("sha256").update(content).digest("hex").slice(0, 10)}`;
}
