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

/** The generation that a service uses. */
export function generationOf(service: string, { generation, services }: Credentials): number {
    return services[service] ?? generation;
}
