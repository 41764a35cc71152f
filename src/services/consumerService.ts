import * as pulumi from "@pulumi/pulumi";
import type { BrokerAddress } from "@spot-messaging/pulumi";
import type { Service, Workload } from "@spot-messaging/topology";
import type { Connection } from "./runtime/connection.ts";

export interface ConsumerServiceArgs {
    readonly service: Service;
    readonly workload: Workload;
    /** The messaging contract of the service, as JSON. */
    readonly contract: string;
    readonly vhost: string;
    readonly address: BrokerAddress;
    /** The service's user on the broker. */
    readonly username: string;
    readonly password: pulumi.Input<string>;
    readonly image: pulumi.Input<string>;
}

/** A service that runs in containers or pods. It reads its contract and its credentials from files. */
export abstract class ConsumerService extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:ConsumerService", name, {}, opts);
    }
}

/** A service's connection settings, without the password. @param ca see {@link Connection} */
export function connectionOf(
    { address, vhost, username }: ConsumerServiceArgs,
    ca: string | null,
): Omit<Connection, "password"> {
    const { hosts, port, tls } = address;
    return { hosts, port, tls: tls ? { ca } : undefined, vhost, username };
}
