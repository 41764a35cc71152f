import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type { Plain } from "@spot-messaging/pulumi/kubernetes";
import { type Connection, connectionDocument } from "../runtime/connection.ts";
import { connectionFile } from "../runtime/runtime.ts";
import { contentName, objectNameOf, type ServicePlace, serviceMetadata } from "./place.ts";

type SomeConnection = Omit<Connection, "password">;

/** Where the broker is and who the service is there; {@link connectionData} is its content. */
export function toConnectionArgs(
    place: ServicePlace,
    connection: SomeConnection,
): Omit<Plain<k8s.core.v1.SecretArgs>, "stringData"> {
    return { metadata: serviceMetadata(place, connectionName(place, connection)), immutable: true };
}

/** The file that the service reads. All of it is a secret. */
export function connectionData(connection: Connection): Readonly<Record<string, string>> {
    return { [posix.basename(connectionFile)]: connectionDocument(connection) };
}

/**
 * Follows from everything but the password: a preview knows it, and it tells nobody anything. A user's password never changes; a new password
 * is a new user.
 */
export function connectionName(place: ServicePlace, connection: SomeConnection): string {
    const shown = connectionDocument({ ...connection, password: "" });
    return contentName(`${objectNameOf(place)}-connection`, shown);
}
