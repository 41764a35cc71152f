import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import type { SecretFile } from "../runtime/secretFile.ts";
import { contentName, objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";

type ShownFile = Pick<SecretFile, "name" | "shown">;

/** The Secret with all secret files of a service. */
export function toServiceSecretArgs(
    place: ServicePlace,
    files: readonly ShownFile[],
): Omit<Plain<k8s.core.v1.SecretArgs>, "stringData"> {
    return { metadata: serviceMetadata(place, serviceSecretName(place, files)), immutable: true };
}

/** Derived from everything that is not secret, so that a preview knows it and it reveals nothing. */
export function serviceSecretName(place: ServicePlace, files: readonly ShownFile[]): string {
    const shown = files.map((each) => [each.name, each.shown]);
    return contentName(`${objectNameOf(place)}-secrets`, JSON.stringify(shown));
}
