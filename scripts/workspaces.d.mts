/** See workspaces.mjs. */
export const root: string;

export interface Entrance {
    /** Such as `@spot-messaging/topology/check`. */
    readonly specifier: string;
    /** Of its output without the ending, such as `check`; `index` for the package itself. */
    readonly name: string;
    readonly source: string;
    readonly types: string;
    readonly output: string;
}

export interface Manifest {
    readonly name: string;
    readonly version: string;
    readonly private?: boolean;
    readonly description: string;
    readonly keywords: readonly string[];
    readonly license: string;
    readonly type: string;
    readonly engines: Readonly<Record<string, string>>;
    readonly publishConfig: Readonly<Record<string, string | boolean>>;
    readonly files: readonly string[];
    readonly bin?: Readonly<Record<string, string>>;
    readonly scripts: Readonly<Record<string, string>>;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>;
}

export interface Workspace {
    readonly name: string;
    readonly folder: string;
    readonly manifest: Manifest;
    readonly entrances: readonly Entrance[];
}

export function readWorkspaces(): Workspace[];
