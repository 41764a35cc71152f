/** See packPackages.mjs. */
export interface PackedPackage {
    readonly name: string;
    readonly version: string;
    readonly filename: string;
    readonly integrity: string;
}

export function packPackages(destination: string, repository?: string): PackedPackage[];
