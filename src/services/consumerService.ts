import * as pulumi from "@pulumi/pulumi";
import type { BrokerAddress } from "@spot-messaging/pulumi";
import type { Service, Workload } from "@spot-messaging/topology";
import { connectionDocument } from "./runtime/connection.ts";
import type { SecretFile } from "./runtime/secretFile.ts";

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
    /** The service's files for database, object store and tokens. */
    readonly files: readonly SecretFile[];
    readonly image: pulumi.Input<string>;
}

/** A service that runs in containers or pods. It reads its contract and its credentials from files. */
export abstract class ConsumerService extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:ConsumerService", name, {}, opts);
    }
}

/** All secret files of a service. @param ca see `Connection` */
export function secretFilesOf(
    { address, vhost, username, password, files }: ConsumerServiceArgs,
    ca: string | null,
): readonly SecretFile[] {
    const { hosts, port, tls } = address;
    const connection = { hosts, port, tls: tls ? { ca } : undefined, vhost, username };
    return [
        {
            name: "connection.json",
            content: pulumi
                .secret(password)
                .apply((each) => connectionDocument({ ...connection, password: each })),
            // The password of a user never changes; a new password needs a new user.
            shown: connectionDocument({ ...connection, password: "" }),
        },
        ...files,
    ];
}
