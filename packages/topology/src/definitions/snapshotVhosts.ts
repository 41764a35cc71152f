import { isObject } from "./objectReader.ts";

/**
 * A snapshot whose services and retries name their virtual host. Those written before a program could have several do not: everything in
 * them belongs to the only one, and retries are a table by queue.
 */
export function withVhosts(snapshot: unknown): unknown {
    const topology = isObject(snapshot) ? snapshot["topology"] : undefined;
    if (!isObject(snapshot) || !isObject(topology)) {
        return snapshot;
    }
    const { vhosts, services, retries } = topology;
    const first: unknown = Array.isArray(vhosts) ? vhosts[0] : undefined;
    const vhost = isObject(first) ? first["name"] : undefined;
    const inVhost = (each: unknown): unknown =>
        isObject(each) && !("vhost" in each) ? { vhost, ...each } : each;
    return {
        ...snapshot,
        topology: {
            ...topology,
            ...(Array.isArray(services) && { services: services.map(inVhost) }),
            ...(isObject(retries) && {
                retries: Object.entries(retries).map(([queue, route]) => ({ vhost, queue, route })),
            }),
        },
    };
}
