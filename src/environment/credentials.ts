/**
 * Which passwords are in use. A broker user has one password only, so a new generation is a new user with the same rights; until clients
 * have changed over, the previous generation's user stays.
 */
export interface Credentials {
    /** The generation of every service without one of its own, from 1. */
    readonly generation: number;
    readonly services: Readonly<Record<string, number>>;
    /** Whether the users of the previous generation still exist. */
    readonly keepPrevious: boolean;
}

/** A service's users: of its generation and, where that still exists, of the one before. The first generation's has the service's own name. */
export function userNames(
    service: string,
    { generation, services, keepPrevious }: Credentials,
): readonly string[] {
    const current = services[service] ?? generation;
    const generations = keepPrevious && current > 1 ? [current, current - 1] : [current];
    return generations.map((each) => (each === 1 ? service : `${service}-${each}`));
}
