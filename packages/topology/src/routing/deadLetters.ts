import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { Arguments, BrokerVersion, Queue, Topology } from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { deadLetterRouter } from "./routing.ts";
import type { KnownHeaders } from "./routingHeaders.ts";

/** Where a queue's dead letters go next. */
export interface DeadLetterHop {
    readonly exchange: string;
    readonly routingKeys: readonly string[];
    /** Sorted, each once. */
    readonly queues: readonly string[];
}

/** Why a message leaves its queue other than by an acknowledgement. */
export type DeathCause = "rejected" | "expired" | "delivery_limit" | "maxlen";

/** How a message left a queue, as far as that is known. */
export interface Death {
    readonly queue: string;
    readonly cause?: DeathCause | undefined;
    /** The exchange that the message was last published to. */
    readonly exchange?: string | undefined;
}

/** What is known of a message that becomes a dead letter. */
export interface DeadLetter {
    /** All of them, those in `CC` and `BCC` too. @default - those that the queue is bound with */
    readonly routingKeys?: readonly string[] | undefined;
    /** As its sender gave them. @default - any: nothing is known of them */
    readonly headers?: Arguments | undefined;
    /** Where it died before, oldest first. */
    readonly deaths: readonly Death[];
    readonly cause: DeathCause;
    readonly exchange?: string | undefined;
}

/** Tells where the dead letters of a queue go. */
export type HopOf = (queue: Queue, letter?: Partial<DeadLetter>) => DeadLetterHop | undefined;

/**
 * Makes the function that tells where the messages go that a queue rejects, lets expire or cannot hold; `undefined` where it has no
 * dead-letter exchange and they are dropped. Without a dead-letter routing key they keep their own keys, those in `CC` and `BCC` too; with
 * one they have that alone (`rabbit_dead_letter:publish`, `rabbit_fifo_dlx_worker:forward`). Of headers that are not known a headers
 * exchange may take any.
 * @param version the broker's, where it is not the one that the topology was made for
 * @see https://www.rabbitmq.com/docs/dlx#routing
 */
export function deadLetterHops(topology: Topology, version?: BrokerVersion): HopOf {
    const settingsOf = effectiveSettings(topology, version);
    const route = deadLetterRouter(topology, version);
    const { bindingsTo } = topologyIndex(topology);
    /** The keys that a queue is bound with, each once. One that nothing is bound to can only be reached through the default exchange, so its name is its key. */
    const ownKeys = ({ vhost, name }: Queue): readonly string[] => {
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
        const routingKeys = typeof key === "string" ? [key] : (letter?.routingKeys ?? ownKeys(queue));
        // Of a message that is not known, each key stands for a message of its own.
        const queues =
            letter?.headers === undefined && routingKeys.length > 1
                ? [...new Set(routingKeys.flatMap((each) => through([each])))].sort()
                : through(routingKeys);
        return { exchange, routingKeys, queues };
    };
}

/**
 * The headers that a dead letter is routed with: beside the message's own those that the broker adds when it dies. What it says of a first
 * death it never says again, so that of a message of which nothing is known only the last death is.
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
