/**
 * The credential generations in use. A broker user has only one password, so a new generation is a new user with the same permissions. The
 * previous generation's user stays until all clients use the new one.
 */
export interface Credentials {
    /** The generation of every service without its own entry, from 1. */
    readonly generation: number;
    readonly services: Readonly<Record<string, number>>;
    /** Whether the users of the previous generation still exist. */
    readonly keepPrevious: boolean;
}

/**
 * A service's users: the user of its generation, and that of the previous one while it exists. The user of the first generation has the
 * service's name.
 */
export function userNames(
    service: string,
    { generation, services, keepPrevious }: Credentials,
): readonly string[] {
    const current = services[service] ?? generation;
    const generations = keepPrevious && current > 1 ? [current, current - 1] : [current];
    return generations.map((each) => (each === 1 ? service : `${service}-${each}`));
}
