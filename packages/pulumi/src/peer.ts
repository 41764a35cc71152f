import { createRequire } from "node:module";
import { UserError } from "@spot-messaging/topology";

/** A package that a program must install itself, since the program, too, talks to what it declares. */
export class MissingPeer extends UserError {
    override readonly name = "MissingPeer";

    constructor(peer: string, user: string) {
        super(`${user} needs the package "${peer}", which is not installed; run: npm install ${peer}`);
    }
}

const load = createRequire(import.meta.url);

/**
 * Loads a peer where it is used and not before: the largest takes a second, and a program without Kubernetes need not have it.
 * @param user what needs it, for the sentence
 * @throws MissingPeer
 */
export function peer<Package>(name: string, user: string): Package {
    try {
        return load(name) as Package; // the caller names the types of this package
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") {
            throw new MissingPeer(name, user);
        }
        throw error;
    }
}
