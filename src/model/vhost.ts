/** A virtual host: the namespace of every exchange, queue, policy and permission. */
export interface Vhost {
    readonly name: string;
}

export function vhost(name: string): Vhost {
    return { name };
}
