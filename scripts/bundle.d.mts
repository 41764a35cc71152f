/** See bundle.mjs. */
export function bundled<K extends string>(
    name: string,
    sources: Readonly<Record<K, string>>,
    root?: string,
): Promise<Readonly<Record<K, string>> | undefined>;
