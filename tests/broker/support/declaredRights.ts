import type { Service, Topology } from "@spot-messaging/topology";
import { router } from "../../../packages/topology/src/routing/routing.ts";

interface Send {
    readonly exchange: string;
    readonly routingKey: string;
}

/** What a service may do, read from the declarations alone and not from the permissions. */
export interface DeclaredRights {
    /** What it publishes, calls, retries, dead-letters and redrives. */
    readonly sends: readonly Send[];
    readonly maySend: (exchange: string, routingKey: string) => boolean;
    readonly mayRead: (queue: string) => boolean;
    /** The queues that its messages reach, and those to which these queues dead-letter. */
    readonly reaches: ReadonlySet<string>;
}

export function declaredRights(topology: Topology, service: Service): DeclaredRights {
    const workQueues = topology.queues.filter(({ purpose }) => purpose === "work").map(({ name }) => name);
    const isWork = (name: string): boolean => workQueues.includes(name);
    const consumed = service.consumes.map(({ queue }) => queue);
    const readable = new Set([...consumed, ...service.inspects]);
    const own = consumed.filter(isWork);
    const delays = topology.retries.flatMap(({ queue, route }) =>
        own.includes(queue) && route.mode === "exchange"
            ? route.routingKeys.map((routingKey) => ({ exchange: route.exchange, routingKey }))
            : [],
    );
    const redriven = service.redrives
        ? workQueues
              .filter((name) => service.inspects.includes(`${name}.dlq`))
              .map((routingKey) => ({ exchange: "spot.retry", routingKey }))
        : [];
    const sends = [
        ...service.publishes,
        ...service.calls,
        ...own.map((routingKey) => ({ exchange: "spot.dead-letter", routingKey })),
        ...delays,
        ...redriven,
    ].map(({ exchange, routingKey }) => ({ exchange, routingKey }));
    const declared = new Set(sends.map(({ exchange, routingKey }) => `${exchange} ${routingKey}`));
    const route = router(topology);
    const first = sends.flatMap((each) => route({ vhost: service.vhost, ...each }));
    // A delay queue returns its messages to the work queue that it delays.
    const worked = [...first, ...(delays.length > 0 ? own : [])].filter(isWork);
    return {
        sends,
        maySend: (exchange, routingKey) => declared.has(`${exchange} ${routingKey}`),
        mayRead: (queue) => readable.has(queue),
        reaches: new Set([...first, ...worked, ...worked.map((name) => `${name}.dlq`)]),
    };
}
