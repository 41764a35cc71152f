import type { Service, Topology } from "@spot-messaging/topology";
import { router } from "@spot-messaging/topology/broker";

/** The services that differ only in the last part of their name are drawn as one. */
const family = /^(analyzer)\.\w+$/;

/**
 * One email's way through the services as a Mermaid flowchart, each service once: who publishes which key, and who consumes it. Left out is what
 * accompanies every step: status updates and commands.
 */
export function emailWay(topology: Topology): string {
    const route = router(topology);
    const consumers = new Map(
        topology.services.flatMap(({ name, consumes }) =>
            consumes.map(({ queue }) => [queue, name] as const),
        ),
    );
    const jobs = new Set(topology.queues.filter(({ purpose }) => purpose === "work").map(({ name }) => name));
    const edges = new Map<string, Set<string>>();
    for (const service of topology.services) {
        for (const { exchange, routingKey } of service.publishes) {
            for (const queue of route({ vhost: service.vhost, exchange, routingKey })) {
                const to = consumers.get(queue);
                if (to !== undefined && jobs.has(queue)) {
                    const edge = `${drawn(service.name)} ${drawn(to)}`;
                    edges.set(edge, (edges.get(edge) ?? new Set()).add(label(routingKey, topology.services)));
                }
            }
        }
    }
    const lines = [...edges].map(([edge, keys]) => {
        const [from = "", to = ""] = edge.split(" ");
        return `    ${idOf(from)}["${from}"] -->|"${[...keys].join("<br/>")}"| ${idOf(to)}["${to}"]`;
    });
    return ["flowchart TD", '    mail(["email"]) --> gateway', ...lines].join("\n");
}

function drawn(service: string): string {
    return service.replace(family, "$1s");
}

/** Node names in Mermaid are words; "end" and dashes are not. */
function idOf(service: string): string {
    return service.replaceAll(/\W/g, "_");
}

/** A key whose last word names a member of a family, with a wildcard for all members. */
function label(key: string, services: readonly Service[]): string {
    const last = key.split(".").at(-1) ?? "";
    return services.some(({ name }) => family.test(name) && name.endsWith(`.${last}`))
        ? key.replace(new RegExp(`${last}$`), "*")
        : key;
}
