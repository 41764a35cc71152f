/** See bundle.mjs. */
export function bundled(source: string, root?: string): Promise<string | undefined>;
