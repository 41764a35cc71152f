/** See versions.mjs. */
export interface WrittenVersion {
    readonly place: string;
    readonly version: string;
}

export function readVersions(root: string): WrittenVersion[];
export function writeVersion(root: string, version: string): void;
