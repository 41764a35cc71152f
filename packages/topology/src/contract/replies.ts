import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { Publication, Service, Subscription, Topology } from "../model/index.ts";

/** The parts of a service that the compiler added for requests and replies, and the others. */
export interface ReplyParts {
    /** The service without them. */
    readonly others: Service;
    /** The stream with the replies to its own calls. */
    readonly stream: Subscription | undefined;
    /** Where it sends replies to each of its callers. */
    readonly callers: readonly { readonly caller: Service; readonly publication: Publication }[];
}

/** Separates what a service needs for requests and replies from its other messages. */
export function replyPartsOf(topology: Topology, service: Service): ReplyParts {
    const { vhost, publishes, consumes } = service;
    const { queueNamed, bindingsFrom } = topologyIndex(topology);
    const isStream = (queue: string): boolean => queueNamed(vhost, queue)?.purpose === "replies";
    const callerOf = ({ exchange, routingKey }: Publication): Service | undefined => {
        const stream = bindingsFrom(vhost, exchange).find(
            (each) =>
                each.destinationType === "queue" &&
                each.routingKey === routingKey &&
                isStream(each.destination),
        );
        return (
            stream &&
            topology.services.find(
                (each) =>
                    each.vhost === vhost && each.consumes.some(({ queue }) => queue === stream.destination),
            )
        );
    };
    const callers = publishes.flatMap((publication) => {
        const caller = callerOf(publication);
        return caller === undefined ? [] : [{ caller, publication }];
    });
    const replies = new Set(callers.map(({ publication }) => publication));
    return {
        others: {
            ...service,
            publishes: publishes.filter((each) => !replies.has(each)),
            consumes: consumes.filter(({ queue }) => !isStream(queue)),
        },
        stream: consumes.find(({ queue }) => isStream(queue)),
        callers,
    };
}
