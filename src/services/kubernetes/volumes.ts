import { posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import { authorityFile } from "../runtime/runtime.ts";
import type { mounts } from "./container.ts";

/** The objects whose content a service's pods find as files. */
export interface PodFiles {
    /** A ConfigMap. */
    readonly contract: string;
    /** A Secret. */
    readonly connection: string;
    /** A Secret, of which one entry is the certificate of the authority that the broker's is from. */
    readonly authority: { readonly secretName: string; readonly key: string };
    /** A PersistentVolumeClaim. */
    readonly data: string;
}

type Volume = k8s.types.input.core.v1.Volume & { readonly name: keyof typeof mounts };

/** For the service's user and its group, and nobody else. */
const secretMode = 0o440;

export function volumesOf({ contract, connection, authority, data }: PodFiles): readonly Volume[] {
    return [
        { name: "contract", configMap: { name: contract } },
        { name: "connection", secret: { secretName: connection, defaultMode: secretMode } },
        {
            name: "authority",
            secret: {
                secretName: authority.secretName,
                // Only this of it: beside it lies the broker's own key.
                items: [{ key: authority.key, path: posix.basename(authorityFile) }],
                defaultMode: secretMode,
            },
        },
        { name: "data", persistentVolumeClaim: { claimName: data } },
        // All that can be written besides: the health report.
        { name: "scratch", emptyDir: { sizeLimit: "64Mi" } },
    ];
}
