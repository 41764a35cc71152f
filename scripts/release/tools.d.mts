/** See tools.mjs. */
export function releaseTools(): string;
