import * as pulumi from "@pulumi/pulumi";
import type { BrokerAddress } from "@spot-messaging/pulumi";
import type { Service, Workload } from "@spot-messaging/topology";
import type { Connection } from "./runtime/connection.ts";

export interface ConsumerServiceArgs {
    readonly service: Service;
    readonly workload: Workload;
    /** The names that the service works with, as JSON. */
    readonly contract: string;
    readonly vhost: string;
    readonly address: BrokerAddress;
    /** The service's user on the broker. */
    readonly username: string;
    readonly password: pulumi.Input<string>;
    readonly image: pulumi.Input<string>;
}

/** A running service, wherever it runs. Its names and its credentials come as files. */
export abstract class ConsumerService extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:ConsumerService", name, {}, opts);
    }
}

/** What a service is told of its broker, but for the password. @param ca see {@link Connection} */
export function connectionOf(
    { address, vhost, username }: ConsumerServiceArgs,
    ca: string | null,
): Omit<Connection, "password"> {
    const { hosts, port, tls } = address;
    return { hosts, port, tls: tls ? { ca } : undefined, vhost, username };
}
