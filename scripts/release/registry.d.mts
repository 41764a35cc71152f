/** See registry.mjs. */
export interface Registry {
    readonly url: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly stop: () => Promise<void>;
}

export function startRegistry(folder: string): Promise<Registry>;
