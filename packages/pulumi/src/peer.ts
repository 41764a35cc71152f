import { createRequire } from "node:module";
import type * as Docker from "@pulumi/docker";
import type * as Kubernetes from "@pulumi/kubernetes";
import type * as RabbitMq from "@pulumi/rabbitmq";
import type * as Random from "@pulumi/random";
import type * as Tls from "@pulumi/tls";
import { UserError } from "@spot-messaging/topology";

/** The peer dependencies, which a program installs itself, so that both use the same copy. */
interface Peers {
    readonly "@pulumi/docker": typeof Docker;
    readonly "@pulumi/kubernetes": typeof Kubernetes;
    readonly "@pulumi/rabbitmq": typeof RabbitMq;
    readonly "@pulumi/random": typeof Random;
    readonly "@pulumi/tls": typeof Tls;
}

/** A component needs a package that is not installed. */
export class MissingPeer extends UserError {
    override readonly name = "MissingPeer";

    constructor(component: string, peer: string) {
        super(
            `component ${component} needs package "${peer}", which is not installed; run: npm install ${peer}`,
        );
    }
}

const load = createRequire(import.meta.url);

/**
 * Loads a package on first use: the largest takes a second to load, and a program for Docker does not need the Kubernetes package.
 * @throws MissingPeer
 */
export function peer<Name extends keyof Peers>(component: string, name: Name): Peers[Name] {
    try {
        return load(name) as Peers[Name]; // The package has this name.
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") {
            throw new MissingPeer(component, name);
        }
        throw error;
    }
}
