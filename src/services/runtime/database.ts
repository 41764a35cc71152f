import { connectionsOfProcess } from "../../environment/state.ts";

/** A role of the database: the user of one service, of one generation of its credentials. */
export interface DatabaseRole {
    readonly name: string;
    /** The only schema that it can use. */
    readonly schema: string;
}

/** The schema of a service. */
export function schemaOf(service: string): string {
    return service.replaceAll(/[^a-z0-9]+/g, "_");
}

/** The role of a service. Roles belong to a whole server, which can serve several stacks. */
export function databaseRole(stack: string, service: string, generation: number): DatabaseRole {
    const schema = schemaOf(service);
    const prefix = stack.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
    return { name: `${prefix}_${schema}_${generation}`, schema };
}

/** The URL with which a role connects, from that of the owner. */
export function roleUrl(ownerUrl: string, role: string, password: string): string {
    const url = new URL(ownerUrl);
    url.username = role;
    url.password = password;
    return url.href;
}

/** The database file of a process. @param ca the file of the authority's certificate; `null`: the system's authorities */
export function databaseDocument(url: string, ca: string | null): string {
    return JSON.stringify({ url, ca, connections: connectionsOfProcess });
}

/** The roles that `python -m spot_services database` creates. */
export function rolesDocument(roles: readonly (DatabaseRole & { readonly password: string })[]): string {
    return JSON.stringify({ roles: roles.map(({ name, schema, password }) => ({ name, schema, password })) });
}
