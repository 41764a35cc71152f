import { isAtLeast, type KnownVersion } from "../model/index.ts";

/** A release of RabbitMQ: `4.3` and the patch. */
export interface Release {
    readonly version: KnownVersion;
    /** @default - the newest that is known */
    readonly patch?: number;
}

/** The releases since which an import behaves otherwise. Each was found in the source; 4.0.5 and 4.3.6 are tried on brokers. */
const changes = {
    exchangeDurabilityOptional: "4.2.2",
    shovelArgumentTables: "4.3.0",
    anyVhostMetadata: "4.3.0",
    onlyKhepri: "4.3.0",
    consistentHashWeightLimit: "4.3.0",
    userTagLimit: "4.3.1",
    emptyDefaultQueueType: "4.3.2",
    patternLimit: "4.3.2",
    topicPermissionExchange: "4.3.2",
    shovelDeleteAfterDuration: "4.3.5",
    topicKeyHashLimit: "4.3.5",
    transientQueuesPermitted: "4.3.6",
} as const;

/** Something that an import does since a release. */
export type ImportChange = keyof typeof changes;

/** Whether a release is at least the one with a change. */
export function has({ version, patch = Number.POSITIVE_INFINITY }: Release, change: ImportChange): boolean {
    const [major, minor, since] = changes[change].split(".");
    const first = `${major}.${minor}` as KnownVersion; // as the table says it
    return version === first ? patch >= Number(since) : isAtLeast(version, first);
}
