import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { type Connection, connectionDocument } from "../runtime/connection.ts";
import { connectionFile } from "../runtime/runtime.ts";
import { contentName, objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";

type SomeConnection = Omit<Connection, "password">;

/** The Secret with a service's connection settings; {@link connectionData} is its content. */
export function toConnectionArgs(
    place: ServicePlace,
    connection: SomeConnection,
): Omit<Plain<k8s.core.v1.SecretArgs>, "stringData"> {
    return { metadata: serviceMetadata(place, connectionName(place, connection)), immutable: true };
}

/** The content of the service's connection file. All of it is secret. */
export function connectionData(connection: Connection): Readonly<Record<string, string>> {
    return { [posix.basename(connectionFile)]: connectionDocument(connection) };
}

/**
 * Derived from everything except the password, so that a preview knows it and it reveals nothing. The password of a user never changes; a
 * new password needs a new user.
 */
export function connectionName(place: ServicePlace, connection: SomeConnection): string {
    const shown = connectionDocument({ ...connection, password: "" });
    return contentName(`${objectNameOf(place)}-connection`, shown);
}
