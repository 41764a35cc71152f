import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { Arguments, KnownVersion, Queue, Topology } from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { deadLetterRouter } from "./routing.ts";
import type { KnownHeaders } from "./routingHeaders.ts";

/** The next hop of a queue's dead letters. */
export interface DeadLetterHop {
    readonly exchange: string;
    readonly routingKeys: readonly string[];
    /** Sorted, without duplicates. */
    readonly queues: readonly string[];
}

/** Why a message leaves its queue without an acknowledgement: the reasons in RabbitMQ's `x-death` header. */
export type DeathCause = "rejected" | "expired" | "delivery_limit" | "maxlen";

/** One dead-lettering of a message, like an entry of the `x-death` header. */
export interface Death {
    readonly queue: string;
    readonly cause?: DeathCause | undefined;
    /** The exchange that the message was last published to. */
    readonly exchange?: string | undefined;
}

/** The known properties of a message that is dead-lettered. */
export interface DeadLetter {
    /** All routing keys, including those in `CC` and `BCC`. @default - the keys that the queue is bound with */
    readonly routingKeys?: readonly string[] | undefined;
    /** The headers from its publisher. @default - unknown: any headers */
    readonly headers?: Arguments | undefined;
    /** Earlier dead-letterings, oldest first. */
    readonly deaths: readonly Death[];
    readonly cause: DeathCause;
    readonly exchange?: string | undefined;
}

/** Returns the next hop of a queue's dead letters. */
export type HopOf = (queue: Queue, letter?: Partial<DeadLetter>) => DeadLetterHop | undefined;

/**
 * Makes the function that returns the next hop of messages that are rejected, expire or exceed the queue's length; `undefined` if the queue has no
 * dead-letter exchange and drops them. Without a dead-letter routing key they keep all their routing keys, including those in `CC` and `BCC`;
 * with one they have only that key (`rabbit_dead_letter:publish`, `rabbit_fifo_dlx_worker:forward`). If the headers are unknown, every binding
 * of a headers exchange that could match counts as a match.
 * @param version the broker version; by default, the one that the topology was compiled for
 * @see https://www.rabbitmq.com/docs/dlx#routing
 */
export function deadLetterHops(topology: Topology, version?: KnownVersion): HopOf {
    const settingsOf = effectiveSettings(topology, version);
    const route = deadLetterRouter(topology, version);
    const { bindingsTo } = topologyIndex(topology);
    /** The routing keys that a queue is bound with, without duplicates. Without bindings, only the default exchange reaches it, by its name. */
    const boundKeys = ({ vhost, name }: Queue): readonly string[] => {
        const bindings = bindingsTo(vhost, name);
        return bindings.length === 0 ? [name] : [...new Set(bindings.map(({ routingKey }) => routingKey))];
    };
    return (queue, letter) => {
        const { settings } = settingsOf(queue);
        const { vhost } = queue;
        const exchange = settings.value("dead-letter-exchange");
        if (typeof exchange !== "string") {
            return undefined;
        }
        const key = settings.value("dead-letter-routing-key");
        const headers = headersOf(queue, letter);
        const through = (routingKeys: readonly string[]): readonly string[] =>
            route({ vhost, exchange, routingKeys, headers });
        const routingKeys = typeof key === "string" ? [key] : (letter?.routingKeys ?? boundKeys(queue));
        // For an unknown message, each routing key represents a separate message.
        const queues =
            letter?.headers === undefined && routingKeys.length > 1
                ? [...new Set(routingKeys.flatMap((each) => through([each])))].sort()
                : through(routingKeys);
        return { exchange, routingKeys, queues };
    };
}

/**
 * The headers that a dead letter is routed with: the message's own, and those that the broker adds. The broker sets the `x-first-death-*` headers
 * only once, so for an unknown message only the `x-last-death-*` headers are known.
 * @see https://www.rabbitmq.com/docs/dlx#effects, and `mc:record_death`
 */
function headersOf(
    { name }: Queue,
    { headers, deaths, cause, exchange }: Partial<DeadLetter> = {},
): KnownHeaders {
    const last: Death = { queue: name, cause, exchange };
    return headers === undefined
        ? { values: deathHeaders("last", last), mayHaveOthers: true }
        : {
              values: {
                  ...headers,
                  ...deathHeaders("first", deaths?.[0] ?? last),
                  ...deathHeaders("last", last),
              },
              mayHaveOthers: false,
          };
}

function deathHeaders(which: "first" | "last", { queue, cause, exchange }: Death): Arguments {
    return {
        [`x-${which}-death-queue`]: queue,
        ...(cause !== undefined && { [`x-${which}-death-reason`]: cause }),
        ...(exchange !== undefined && { [`x-${which}-death-exchange`]: exchange }),
    };
}
