/** See node.mjs. */
export function supportedNode(): string | undefined;
export function isAtLeast(version: string, minimum: string): boolean;
