import type { S3Store } from "../../environment/state.ts";

/** A pair of keys of an object store. */
export interface StoreKeys {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
}

/** The object store file of a process. @param ca the file of the authority's certificate; `null`: the system's authorities */
export function objectStoreDocument(
    { endpoint, bucket, prefix, region }: S3Store,
    { accessKeyId, secretAccessKey }: StoreKeys,
    ca: string | null,
): string {
    return JSON.stringify({ endpoint, bucket, prefix, region, accessKeyId, secretAccessKey, ca });
}
