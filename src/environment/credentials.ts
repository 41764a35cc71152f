import { exactPattern } from "@spot-messaging/topology";

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

/** The valid generations of a service's credentials: the current one, and the previous one while it exists. */
export function generationsOf(
    service: string,
    { generation, services, keepPrevious }: Credentials,
): readonly number[] {
    const current = services[service] ?? generation;
    return keepPrevious && current > 1 ? [current, current - 1] : [current];
}

/** A service's users, one of each valid generation. The user of the first generation has the service's name. */
export function userNames(service: string, credentials: Credentials): readonly string[] {
    return generationsOf(service, credentials).map((each) => (each === 1 ? service : `${service}-${each}`));
}

/** A pattern for a service's users of every generation, so that a new one needs no change of its repliers. */
export function userPattern(service: string): string {
    return exactPattern(service).replace(/\$$/u, "(-[0-9]+)?$");
}
