export interface Connection {
    readonly hosts: readonly string[];
    readonly port: number;
    /** `undefined`: no TLS. `ca` is the file of the broker's certificate authority; `null`: the system's authorities. */
    readonly tls: { readonly ca: string | null } | undefined;
    readonly vhost: string;
    readonly username: string;
    readonly password: string;
}

/** The connection file of a service, with address, user and password. It is secret. */
export function connectionDocument({ tls, ...rest }: Connection): string {
    const { hosts, port, vhost, username, password } = rest;
    return JSON.stringify({ hosts, port, tls: tls ?? null, vhost, username, password });
}
