import { isObject } from "./objectReader.ts";

/**
 * Converts an older snapshot, from before programs could have several virtual hosts: its services and retries do not name their virtual host, and
 * its retries are a table by queue. Newer snapshots stay unchanged.
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
