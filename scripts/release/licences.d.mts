/** See licences.mjs. */
export interface LicensedPackage {
    readonly source: "npm" | "pypi";
    readonly name: string;
    readonly version: string;
    readonly licence: string | undefined;
}

export interface LicenceException {
    readonly package: string;
    readonly licence?: string;
    readonly reason: string;
}

export interface LicenceRules {
    readonly allowed: readonly string[];
    readonly exceptions: Readonly<Record<LicensedPackage["source"], readonly LicenceException[]>>;
}

export function lockedPackages(lock: object): LicensedPackage[];
export function documentedPackages(document: object): LicensedPackage[];
export function licenceProblems(
    packages: readonly LicensedPackage[],
    rules: LicenceRules,
    file: string,
): string[];
