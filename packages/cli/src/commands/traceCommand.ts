import { type Arguments, type Exchange, type Topology, UsageError } from "@spot-messaging/topology";
import type { DeathCause } from "@spot-messaging/topology/broker";
import {
    type Delivery,
    deliveries,
    type Fate,
    fates,
    type RoutePath,
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

/** What becomes of a message, once a queue has it and something goes wrong. */
export interface TraceEnd extends Fate {
    readonly queue: string;
    readonly cause: DeathCause;
}

/** Where a message goes, to its last end. */
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
    /** Those of the queues that are not only there for what no other queue takes. Empty: the message is unroutable. */
    readonly delivered: readonly string[];
    /** What was expected, and what is wrong with that. @default - nothing was expected */
    readonly expectation?: Expectation;
    /** For each queue, in order, one for each cause. */
    readonly ends: readonly TraceEnd[];
    /** For each queue, in order, one of the shortest ways. */
    readonly paths: readonly RoutePath[];
    /** The exchanges on the way whose routing only a plugin knows: all of their bindings are shown. */
    readonly unknown: readonly string[];
}

/** What `--expect` asks, and the answer. */
export interface Expectation {
    /** Sorted; empty where no queue is expected. */
    readonly queues: readonly string[];
    /** Whether another queue is a mistake too. */
    readonly only: boolean;
    /** In sentences; none: the message goes where it should. */
    readonly problems: readonly string[];
}

const causes: readonly DeathCause[] = ["rejected", "expired", "delivery_limit", "maxlen"];

/**
 * Follows a message.
 * @throws UsageError when the exchange or an expected queue does not exist, or a header has no value
 */
export function traceMessage(topology: Topology, options: TraceCommandOptions): Trace {
    if (options.expectOnly === true && options.expect === undefined) {
        throw new UsageError("--expect-only: needs queues to expect; name them with --expect");
    }
    const judged = options.target === undefined ? topology : { ...topology, brokerVersion: options.target };
    const { vhost, name, type, internal } = exchangeNamed(judged, options.exchange, options.vhost);
    const message = {
        vhost,
        exchange: name,
        routingKey: options.key,
        headers: headersOf(options.header ?? []),
    };
    const delivery = deliveries(judged)(message);
    const { queues, paths, unknown, delivered } = delivery;
    const fateOf = fates(judged);
    return {
        message,
        exchange: { type, internal },
        queues,
        delivered,
        ...(options.expect !== undefined && { expectation: expectationOf(judged, delivery, vhost, options) }),
        ends: queues.flatMap((queue) =>
            causes.map((cause) => ({ queue, cause, ...fateOf(vhost, queue, cause, message) })),
        ),
        paths,
        unknown,
    };
}

/** Whether the message goes where it is expected to, or without expectation anywhere. */
export function isFine({ delivered, expectation }: Trace): boolean {
    return expectation === undefined ? delivered.length > 0 : expectation.problems.length === 0;
}

/** The word that stands for no queue in `--expect`. */
const noQueue = "none";

/** @throws UsageError for a queue that does not exist: it could never be reached */
function expectationOf(
    topology: Topology,
    delivery: Delivery,
    vhost: string,
    { expect = [], expectOnly, exchange, key }: TraceCommandOptions,
): Expectation {
    if (expect.includes(noQueue) && expect.length > 1) {
        throw new UsageError(
            `--expect ${noQueue}: excludes every other --expect; leave out one or the other`,
        );
    }
    const names = expect.filter((each) => each !== noQueue);
    const queues = [...new Set(names.map((each) => queueNamed(topology, each, vhost).name))].sort();
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
                .filter((each) => !delivery.delivered.includes(each))
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

/** Values are read as JSON where they are JSON, so that numbers and booleans can match; everything else is a text. */
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
        return JSON.parse(text) as Arguments[string]; // what JSON can say, a header can be
    } catch {
        return text;
    }
}
