import { type Arguments, type Exchange, type Topology, UsageError } from "@spot-messaging/topology";
import type { DeathCause } from "@spot-messaging/topology/broker";
import {
    arrivalsAt,
    type Delivery,
    deliveries,
    type Fate,
    fates,
    type Hop,
    type LinkArrival,
    type RouteChoice,
    type RoutePath,
    type Transfer,
    transfers,
    unroutableText,
} from "@spot-messaging/topology/broker";
import { quoted } from "@spot-messaging/topology/text";
import type { InputOptions } from "../input/topologyInput.ts";
import { exchangeText } from "../render/exchangeText.ts";
import { exchangeNamed, queueNamed } from "./namedObject.ts";

export interface TraceCommandOptions extends InputOptions {
    readonly exchange: string;
    readonly key: string;
    readonly header?: readonly string[];
    /** Queues that the message must be delivered to, or `none`. */
    readonly expect?: readonly string[];
    /** Whether it must be delivered to no other queue. */
    readonly expectOnly?: true;
    readonly quiet?: true;
    readonly json?: true;
}

/** What happens to a message that a queue drops or dead-letters. */
export interface TraceEnd extends Fate {
    readonly queue: string;
    readonly cause: DeathCause;
}

/** The route of a message, including its dead letters. */
export interface Trace {
    readonly message: {
        readonly vhost: string;
        readonly exchange: string;
        readonly routingKey: string;
        readonly headers: Arguments;
    };
    readonly exchange: Pick<Exchange, "type" | "internal">;
    /** Sorted. */
    readonly queues: readonly string[];
    /** The queues without those that only park unroutable messages. If it is empty, the message is unroutable. */
    readonly delivered: readonly string[];
    /** The expected queues, and the problems. @default - `--expect` was not given */
    readonly expectation?: Expectation;
    /** One for each queue and cause. */
    readonly ends: readonly TraceEnd[];
    /** One shortest path for each queue. */
    readonly paths: readonly RoutePath[];
    /** Those of the queues that are exclusive: a broker exports only their bindings. */
    readonly exclusive: readonly string[];
    /** The exchanges on the path whose matching bindings only a plugin knows. All their bindings are shown. */
    readonly unknown: readonly string[];
    /** The exchanges on the path that send the message to one of several destinations. All of them are shown. */
    readonly choices: readonly RouteChoice[];
    /** The shovels that take the message from an exchange, each with a shortest path to it. */
    readonly leaving: readonly { readonly shovel: Transfer["shovel"]; readonly hops: readonly Hop[] }[];
    /** Every shovel that takes the message, and where it arrives. */
    readonly transfers: readonly Transfer[];
    /** The links that bring other messages to the exchange and to the queues. */
    readonly arrivals: readonly (LinkArrival & { readonly to: Transfer["from"] })[];
    /** What the exchanges on the path do besides routing. */
    readonly notes: readonly { readonly exchange: string; readonly note: string }[];
}

/** The result of `--expect`. */
export interface Expectation {
    /** Sorted. Empty if no queue is expected. */
    readonly queues: readonly string[];
    /** Whether no other queue may receive the message. */
    readonly only: boolean;
    /** In sentences. Empty if the expectation is met. */
    readonly problems: readonly string[];
}

const causes: readonly DeathCause[] = ["rejected", "expired", "delivery_limit", "maxlen"];

/**
 * Follows a message.
 * @throws UsageError if the exchange or an expected queue does not exist, or a header has no value
 */
export function traceMessage(topology: Topology, options: TraceCommandOptions): Trace {
    if (options.expectOnly === true && options.expect === undefined) {
        throw new UsageError("--expect-only: no queue is expected; name the queues with --expect");
    }
    const targeted = options.target === undefined ? topology : { ...topology, brokerVersion: options.target };
    const { vhost, name, type, internal } = exchangeNamed(targeted, options.exchange, options.vhost);
    const message = {
        vhost,
        exchange: name,
        routingKey: options.key,
        headers: headersOf(options.header ?? []),
    };
    const delivery = deliveries(targeted)(message);
    const { queues, paths, unknown, choices, notes, delivered } = delivery;
    const fateOf = fates(targeted);
    const moved = transfers(targeted)(message);
    const ends = [
        exchangeNamed(targeted, name, vhost),
        ...targeted.queues.filter((each) => each.vhost === vhost && queues.includes(each.name)),
    ];
    const isExclusive = (queue: string): boolean =>
        targeted.exclusiveQueues?.some((each) => each.vhost === vhost && each.name === queue) === true;
    return {
        message,
        exchange: { type, internal },
        queues,
        delivered,
        ...(options.expect !== undefined && {
            expectation: expectationOf(targeted, delivery, moved, vhost, options),
        }),
        ends: queues
            .filter((queue) => !isExclusive(queue))
            .flatMap((queue) =>
                causes.map((cause) => ({ queue, cause, ...fateOf(vhost, queue, cause, message) })),
            ),
        paths,
        exclusive: queues.filter(isExclusive),
        unknown,
        choices,
        leaving: delivery.leaving.map(({ shovel, hops }) => ({
            shovel: { vhost: shovel.vhost, name: shovel.name },
            hops,
        })),
        transfers: moved,
        arrivals: ends.flatMap((object) =>
            arrivalsAt(targeted, object).map((each) => ({
                ...each,
                to: { kind: "internal" in object ? "exchange" : "queue", vhost, name: object.name },
            })),
        ),
        notes,
    };
}

/** Whether the expectation is met. Without an expectation: whether the message is delivered to a queue, or taken by a shovel. */
export function isFine({ delivered, leaving, expectation }: Trace): boolean {
    return expectation === undefined
        ? delivered.length > 0 || leaving.length > 0
        : expectation.problems.length === 0;
}

/** The value of `--expect` that means no queue. */
const noQueue = "none";

/** @throws UsageError for a queue that does not exist */
function expectationOf(
    topology: Topology,
    delivery: Delivery,
    moved: readonly Transfer[],
    vhost: string,
    { expect = [], expectOnly, exchange, key }: TraceCommandOptions,
): Expectation {
    if (expect.includes(noQueue) && expect.length > 1) {
        throw new UsageError(
            `--expect ${noQueue}: cannot be combined with another --expect; remove one of them`,
        );
    }
    const names = expect.filter((each) => each !== noQueue);
    const queues = [...new Set(names.map((each) => queueNamed(topology, each, vhost).name))].sort();
    const reached = new Set([
        ...delivery.delivered,
        ...moved.flatMap((each) => (each.to?.vhost === vhost ? (each.queues ?? []) : [])),
    ]);
    const only = expectOnly === true || names.length === 0;
    const message = `message with key "${key}" to ${exchangeText(exchange)}`;
    const actual =
        delivery.delivered.length > 0
            ? `it is delivered to ${quoted(delivery.delivered)} instead`
            : `it is unroutable: ${unroutableText(delivery)}`;
    const surplus = only ? delivery.delivered.filter((each) => !queues.includes(each)) : [];
    return {
        queues,
        only,
        problems: [
            ...queues
                .filter((each) => !reached.has(each))
                .map(
                    (each) =>
                        `${message}: is not delivered to queue "${each}": ${actual}; correct the key or the bindings of "${each}"`,
                ),
            ...surplus.map(
                (each) =>
                    `${message}: is also delivered to queue "${each}", which is not expected; remove the binding, or expect it`,
            ),
        ],
    };
}

/** A value that is JSON is parsed, so that numbers and booleans can match. Any other value is a text. */
function headersOf(pairs: readonly string[]): Arguments {
    return Object.fromEntries(
        pairs.map((pair) => {
            const at = pair.indexOf("=");
            if (at < 1) {
                throw new UsageError(`header "${pair}" has no name and value; write it as name=value`);
            }
            return [pair.slice(0, at), valueOf(pair.slice(at + 1))];
        }),
    );
}

function valueOf(text: string): Arguments[string] {
    try {
        return JSON.parse(text) as Arguments[string]; // every JSON value is a valid header
    } catch {
        return text;
    }
}
