import type { Declaration } from "../declare/declaration.ts";
import { replyStreamOf } from "../declare/queueDeclaration.ts";
import {
    binding,
    bytes,
    type Duration,
    duration,
    type Publication,
    queue,
    type Service,
    type Subscription,
} from "../model/index.ts";
import type { CompiledQueue } from "./compiledQueue.ts";
import { queuePolicy } from "./queuePolicy.ts";

/** Returns the queues that a call reaches. */
type RouteCall = (call: { readonly exchange: string; readonly routingKey: string }) => readonly string[];

/** A stream sends its messages in chunks, as many as the consumer has room for. */
const prefetch = 100;

/**
 * Room for 16,000 replies of 1 KB. A stream deletes only whole segments, and never its last one: with small segments, a reply is on the disk for
 * about as long as the next 64 of its kind, and not for weeks.
 */
const bound = bytes("16 MiB");
const segmentSize = bytes("64 KiB");

/**
 * Long enough for the usual timeouts: a stream whose age follows each of them would change with them for no benefit. An age of a few seconds is
 * risky (https://github.com/rabbitmq/rabbitmq-server/issues/6465).
 */
const shortestAge = duration("1 minute");

/**
 * The streams with the replies to the calls of each service. Every replica reads all replies from now on and keeps those to its own calls, so a
 * stream needs no queue for each replica, and a caller no configure permission. A reply is useless when its caller no longer waits, so the stream
 * keeps replies for a minute, or for the longest timeout.
 *
 * Replies do not use the default exchange, on which RabbitMQ's direct reply-to depends: who may write to it can put a message into every queue.
 * @see https://www.rabbitmq.com/docs/direct-reply-to
 */
export function replyStreams({
    vhost,
    services,
    replyExchange,
}: Pick<Declaration, "vhost" | "services" | "replyExchange">): readonly CompiledQueue[] {
    return services.filter(isCaller).map((caller) => {
        const name = replyStreamOf(caller.name);
        return {
            queues: [queue(vhost, name, "stream", { purpose: "replies" })],
            bindings: [binding(vhost, replyExchange.name, name, caller.name)],
            policies: [
                queuePolicy(vhost, name, "stream", "replies", {
                    "max-age": `${Math.ceil(Math.max(longestTimeout(caller), shortestAge) / 1_000)}s`,
                    "max-length-bytes": bound,
                    "stream-max-segment-size-bytes": segmentSize,
                    "queue-leader-locator": "balanced",
                }),
            ],
        };
    });
}

/** The services with what their calls need: each caller consumes its reply stream, and each replier publishes to those of its callers. */
export function withReplies(
    { services, replyExchange }: Pick<Declaration, "services" | "replyExchange">,
    route: RouteCall,
): readonly Service[] {
    const callers = callersByQueue(services, route);
    return services.map((service) => {
        const answered = service.replies
            ? new Set(service.consumes.flatMap(({ queue: name }) => [...(callers.get(name) ?? [])]))
            : new Set<string>();
        const replies = [...answered].sort().map(
            (caller): Publication => ({
                message: `reply.${caller}`,
                exchange: replyExchange.name,
                routingKey: caller,
                persistent: false,
                mandatory: false,
                urgency: false,
            }),
        );
        return {
            ...service,
            publishes: [...service.publishes, ...replies],
            consumes: [...service.consumes, ...(isCaller(service) ? [replySubscription(service)] : [])],
        };
    });
}

/** Whether the service waits for replies. */
export function isCaller({ calls }: Service): boolean {
    return calls.length > 0;
}

function replySubscription(caller: Service): Subscription {
    const name = replyStreamOf(caller.name);
    return { message: name, queue: name, prefetch, jobLimit: longestTimeout(caller) };
}

function longestTimeout({ calls }: Service): Duration {
    return Math.max(...calls.map(({ timeout }) => timeout)) as Duration; // one of them
}

function callersByQueue(
    services: readonly Service[],
    route: RouteCall,
): ReadonlyMap<string, ReadonlySet<string>> {
    const callers = new Map<string, Set<string>>();
    for (const { name: caller, calls } of services) {
        for (const name of new Set(calls.flatMap(route))) {
            callers.set(name, (callers.get(name) ?? new Set()).add(caller));
        }
    }
    return callers;
}
