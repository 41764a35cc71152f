import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import { authorityFile, databaseAuthorityFile } from "../runtime/runtime.ts";
import type { mounts } from "./container.ts";

/** A Secret with a key for the certificate of an authority. */
export interface AuthoritySecret {
    readonly secretName: string;
    readonly key: string;
}

/** The objects that a service's pods mount as files. */
export interface PodFiles {
    /** A ConfigMap. */
    readonly contract: string;
    /** A Secret. */
    readonly secrets: string;
    /** The authority that signed the broker's certificate. */
    readonly authority: AuthoritySecret;
    /** The authority of the stack's own database, if the service uses it. */
    readonly database: AuthoritySecret | undefined;
}

type Volume = k8s.types.input.core.v1.Volume & { readonly name: keyof typeof mounts };

/** Readable only by the service's user and group. */
const secretMode = 0o440;

/** Room for e-mails that are just being received or read; what must stay is in the database and the object store. */
const spoolSize = "2Gi";

export function volumesOf({ contract, secrets, authority, database }: PodFiles): readonly Volume[] {
    return [
        { name: "contract", configMap: { name: contract } },
        { name: "secrets", secret: { secretName: secrets, defaultMode: secretMode } },
        { name: "authority", secret: certificateOf(authority, authorityFile) },
        ...(database === undefined
            ? []
            : [{ name: "database", secret: certificateOf(database, databaseAuthorityFile) } as const]),
        { name: "data", emptyDir: { sizeLimit: spoolSize } },
        // The only other writable folder, for the health report.
        { name: "scratch", emptyDir: { sizeLimit: "64Mi" } },
    ];
}

/** Only this key: the same Secret contains a private key. */
export function certificateOf(
    { secretName, key }: AuthoritySecret,
    file: string,
): k8s.types.input.core.v1.SecretVolumeSource {
    return { secretName, items: [{ key, path: posix.basename(file) }], defaultMode: secretMode };
}
