import type { NameServer, VolumeClaim } from "@spot-messaging/pulumi";

/** Pods of a namespace or a range of addresses (CIDR), with the port that network policies allow. */
export type NetworkPeer = NameServer;

/** Where the services keep their state. The owner's URL of an external database is a secret and therefore not part of this value. */
export type Database = EmbeddedDatabase | ExternalDatabase | DatabaseCluster;

/** SQLite files, one for each service: only one process can use such a file. */
export interface EmbeddedDatabase {
    readonly kind: "embedded";
}

/** PostgreSQL that others run. */
export interface ExternalDatabase {
    readonly kind: "external";
    /** The certificate of the authority that signed the server's certificate, as PEM. @default - the authorities of the system */
    readonly authority?: string;
    /** Kubernetes: where the server is. */
    readonly peers: readonly NetworkPeer[];
    /** `host:port/name`; `undefined` where the secret cannot be read. */
    readonly address?: string;
    /** The connections that the server accepts from this stack. */
    readonly connections: number;
}

/** PostgreSQL in the broker's namespace, by the operator CloudNativePG. */
export interface DatabaseCluster {
    readonly kind: "cluster";
    readonly instances: number;
    readonly storage: VolumeClaim;
    /** The namespace of the operator, which asks the instances for their state. */
    readonly operatorNamespace: string;
}

/** Where the services keep the e-mails. The keys of an object store are secrets and therefore not part of this value. */
export type ObjectStore = MailDirectory | S3Store;

/** A directory that only the gateway writes. */
export interface MailDirectory {
    readonly kind: "directory";
}

/** A store with the interface of Amazon S3. */
export interface S3Store {
    readonly kind: "s3";
    readonly endpoint: string;
    readonly bucket: string;
    /** The beginning of all names in the bucket; may be empty. */
    readonly prefix: string;
    readonly region: string;
    /** The certificate of the authority that signed the store's certificate, as PEM. @default - the authorities of the system */
    readonly authority?: string;
    /** Kubernetes: where the store is. */
    readonly peers: readonly NetworkPeer[];
    /** Whether the analyzers have a pair of keys of their own, with which they can only read. */
    readonly hasReadKeys: boolean;
    /** A hash of the access keys, so that services are rolled to new ones; empty where the secrets cannot be read. */
    readonly keyHash: string;
}

/** The HTTP interface of the gateway. */
export interface GatewayAccess {
    /** Who has a bearer token, with the token's generation; empty: no token is required. */
    readonly clients: readonly GatewayClient[];
    /** The values of the header Host that it accepts; empty: the names of this machine. */
    readonly hosts: readonly string[];
    /** The origins whose pages may call it; empty: none. */
    readonly origins: readonly string[];
}

/** A program or person with a bearer token. */
export interface GatewayClient {
    readonly name: string;
    /** @default - the generation of all credentials */
    readonly generation?: number;
}

/** The connections that one process of a service opens to the database at most. */
export const connectionsOfProcess = 8;
