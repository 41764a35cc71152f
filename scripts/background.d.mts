/** See background.mjs. */
export function runInBackground(
    title: string,
    programArguments: readonly string[],
    file: string,
): () => Promise<void>;
