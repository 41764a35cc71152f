import { createHash } from "node:crypto";

/** A bearer token of the gateway. */
export interface Token {
    readonly name: string;
    readonly token: string;
}

/** The tokens file of the gateway: names and hashes, so that the file reveals no token. */
export function tokensDocument(tokens: readonly Token[]): string {
    return JSON.stringify({
        tokens: tokens.map(({ name, token }) => ({
            name,
            sha256: createHash("sha256").update(token).digest("hex"),
        })),
    });
}
