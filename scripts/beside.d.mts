/** See beside.mjs. */
export function runBeside(
    title: string,
    programArguments: readonly string[],
    file: string,
): () => Promise<void>;
