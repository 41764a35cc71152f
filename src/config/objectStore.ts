import { createHash } from "node:crypto";
import type { Cluster } from "@spot-messaging/pulumi";
import type { ObjectStore } from "../environment/state.ts";
import { authorityCertificate } from "./authorityCertificate.ts";
import type { ConfigReader } from "./configReader.ts";
import { networkPeers } from "./networkPeers.ts";
import { requireSecrets, type Secrets } from "./secrets.ts";

const usualPort = 443;

/** The store of the e-mails. */
export function objectStoreOf(reader: ConfigReader, cluster: Cluster["kind"], secrets: Secrets): ObjectStore {
    const endpoint = reader.optionalText("objectStoreEndpoint");
    if (endpoint === undefined) {
        rejectWithoutStore(reader, cluster);
        return { kind: "directory" };
    }
    if (!/^https?:\/\/[^/@\s?#]+\/?$/.test(endpoint) || !URL.canParse(endpoint)) {
        reader.reject(
            "objectStoreEndpoint",
            `has the value "${endpoint.replace(/^(https?:\/\/)?.*@/, "$1***@")}"`,
            'write the URL of the store without credentials and bucket, such as "https://s3.eu-central-1.amazonaws.com"',
        );
    } else if (cluster === "kubernetes" && endpoint.startsWith("http:")) {
        reader.reject(
            "objectStoreEndpoint",
            "begins with http:",
            "write https: e-mails and keys would be readable in transit",
        );
    }
    const bucket = reader.text("objectStoreBucket");
    if (bucket !== "" && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
        reader.reject(
            "objectStoreBucket",
            `has the value "${bucket}"`,
            "write 3 to 63 lower-case letters, digits, hyphens and dots, beginning and ending with a letter or digit",
        );
    }
    const prefix = reader.optionalText("objectStorePrefix") ?? "";
    if (!/^([\w.-]+\/?)*$/.test(prefix)) {
        reader.reject(
            "objectStorePrefix",
            `has the value "${prefix}"`,
            'write letters, digits, "_", "-" and ".", with "/" only between them, such as "spot/prod"',
        );
    }
    const authority = authorityCertificate(reader, "objectStoreAuthority");
    const peers = networkPeers(reader, "objectStorePeers", usualPort, '"10.30.0.0/16" or "minio:9000"');
    if (cluster === "kubernetes" && peers.length === 0 && reader.areValid("objectStorePeers")) {
        reader.reject(
            "objectStorePeers",
            'is empty, but "objectStoreEndpoint" is set',
            'name where the store is, such as "10.30.0.0/16" or "0.0.0.0/0": network policies allow nothing else',
        );
    }
    return {
        kind: "s3",
        endpoint,
        bucket,
        prefix,
        region: reader.text("objectStoreRegion"),
        peers,
        hasReadKeys: hasReadKeys(reader, secrets),
        keyHash: keyHash(reader),
        ...(authority !== undefined && { authority }),
    };
}

function rejectWithoutStore(reader: ConfigReader, cluster: Cluster["kind"]): void {
    if (cluster === "kubernetes") {
        reader.reject(
            "objectStoreEndpoint",
            "is missing",
            'name an object store, such as "https://s3.eu-central-1.amazonaws.com": on Kubernetes the services share no volume',
        );
    }
    for (const key of ["objectStoreBucket", "objectStoreAccessKey", "objectStoreSecretKey"] as const) {
        if (cluster !== "kubernetes" && reader.optionalText(key) !== undefined) {
            reader.reject(
                key,
                'is set, but "objectStoreEndpoint" is not',
                "set the endpoint, or remove the key",
            );
        }
    }
}

/** Whether analyzers have keys of their own. Both parts of a pair belong together. */
function hasReadKeys(reader: ConfigReader, secrets: Secrets): boolean {
    const own = ["objectStoreAccessKey", "objectStoreSecretKey"] as const;
    const read = ["objectStoreReadAccessKey", "objectStoreReadSecretKey"] as const;
    requireSecrets(reader, secrets, own, "the keys of the object store");
    const isSet = read.some((key) => reader.optionalText(key) !== undefined);
    requireSecrets(reader, isSet ? secrets : "encrypted", read, "both keys with which analyzers read");
    return isSet;
}

/** Of the access keys, which are names, and not of the secret keys. */
function keyHash(reader: ConfigReader): string {
    const names = [
        reader.optionalText("objectStoreAccessKey"),
        reader.optionalText("objectStoreReadAccessKey"),
    ];
    return names[0] === undefined
        ? ""
        : createHash("sha256").update(names.join(" ")).digest("hex").slice(0, 10);
}
