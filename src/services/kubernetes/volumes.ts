import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import { authorityFile } from "../runtime/runtime.ts";
import type { mounts } from "./container.ts";

/** The objects that a service's pods mount as files. */
export interface PodFiles {
    /** A ConfigMap. */
    readonly contract: string;
    /** A Secret. */
    readonly connection: string;
    /** A Secret with a key for the certificate of the authority that signed the broker's certificate. */
    readonly authority: { readonly secretName: string; readonly key: string };
    /** A PersistentVolumeClaim. */
    readonly data: string;
}

type Volume = k8s.types.input.core.v1.Volume & { readonly name: keyof typeof mounts };

/** Readable only by the service's user and group. */
const secretMode = 0o440;

export function volumesOf({ contract, connection, authority, data }: PodFiles): readonly Volume[] {
    return [
        { name: "contract", configMap: { name: contract } },
        { name: "connection", secret: { secretName: connection, defaultMode: secretMode } },
        {
            name: "authority",
            secret: {
                secretName: authority.secretName,
                // Only this key: the same Secret contains the broker's private key.
                items: [{ key: authority.key, path: posix.basename(authorityFile) }],
                defaultMode: secretMode,
            },
        },
        { name: "data", persistentVolumeClaim: { claimName: data } },
        // The only other writable folder, for the health report.
        { name: "scratch", emptyDir: { sizeLimit: "64Mi" } },
    ];
}
