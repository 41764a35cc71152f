import type { BackedUpBroker, BackedUpQueue, UnreadQueue } from "./backupContent.ts";
import type { RestoredQueue } from "./restoreMessages.ts";

/** How many objects of each list definitions have, such as `queues`. */
export type ObjectCounts = Readonly<Record<string, number>>;

/** What a backup contains, for a person and for machines. It has no bodies and no hashes. */
export interface BackupReport {
    readonly file: string;
    readonly dryRun: boolean;
    readonly broker: BackedUpBroker;
    /** @default - the backup has no definitions */
    readonly objects?: ObjectCounts;
    /** In a dry run without their messages. */
    readonly queues: readonly Pick<BackedUpQueue, "vhost" | "queue" | "count" | "inexact">[];
    readonly unread: readonly UnreadQueue[];
    /** In bytes. @default - a dry run */
    readonly size?: number;
    /** Why the file is not complete. @default - it is */
    readonly stopped?: string;
}

/** An object that a restore does not restore. */
export interface KeptObject {
    readonly object: string;
    readonly fields: readonly string[];
    readonly reason: string;
    /** Whether the broker then lacks something of the backup. */
    readonly isProblem: boolean;
}

/** What a restore did, or would do. */
export interface RestoreReport {
    readonly file: string;
    readonly dryRun: boolean;
    readonly backup: BackedUpBroker;
    readonly broker: { readonly endpoint: string; readonly version: string };
    /** Objects that were or would be added, by name. */
    readonly added: readonly string[];
    readonly replaced: readonly string[];
    /** Objects that differ and stay. */
    readonly kept: readonly KeptObject[];
    /** Objects that only the broker has, which stay. */
    readonly stray: readonly string[];
    readonly queues: readonly RestoredQueue[];
    /** What this user may not restore, and what the backup does not have. */
    readonly remarks: readonly string[];
    /** Objects that the broker does not have after the import. */
    readonly failed: readonly string[];
}
