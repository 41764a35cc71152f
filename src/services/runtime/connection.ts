export interface Connection {
    readonly hosts: readonly string[];
    readonly port: number;
    /** `undefined`: no TLS; `ca` names the file of the authority that the broker's certificate is from, `null` the system's ones. */
    readonly tls: { readonly ca: string | null } | undefined;
    readonly vhost: string;
    readonly username: string;
    readonly password: string;
}

/** The file that tells a service where its broker is and who it is there. A secret. */
export function connectionDocument({ tls, ...rest }: Connection): string {
    const { hosts, port, vhost, username, password } = rest;
    return JSON.stringify({ hosts, port, tls: tls ?? null, vhost, username, password });
}
