import { type Arguments, type Exchange, type Topology, UsageError } from "@spot-messaging/topology";
import type { DeathCause } from "@spot-messaging/topology/broker";
import { type Fate, fates, type RoutePath, routes } from "@spot-messaging/topology/broker";
import type { InputOptions } from "../input/topologyInput.ts";
import { exchangeNamed } from "./namedObject.ts";

export interface TraceCommandOptions extends InputOptions {
    readonly exchange: string;
    readonly key: string;
    readonly header?: readonly string[];
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
    /** For each queue, in order, one for each cause. */
    readonly ends: readonly TraceEnd[];
    /** For each queue, in order, one of the shortest ways. */
    readonly paths: readonly RoutePath[];
    /** The exchanges on the way whose routing only a plugin knows: all of their bindings are shown. */
    readonly unknown: readonly string[];
}

const causes: readonly DeathCause[] = ["rejected", "expired", "delivery_limit", "maxlen"];

/**
 * Follows a message.
 * @throws UsageError when the exchange does not exist, or a header has no value
 */
export function traceMessage(topology: Topology, options: TraceCommandOptions): Trace {
    const judged = options.target === undefined ? topology : { ...topology, brokerVersion: options.target };
    const { vhost, name, type, internal } = exchangeNamed(judged, options.exchange, options.vhost);
    const message = {
        vhost,
        exchange: name,
        routingKey: options.key,
        headers: headersOf(options.header ?? []),
    };
    const { queues, paths, unknown } = routes(judged)(message);
    const fateOf = fates(judged);
    return {
        message,
        exchange: { type, internal },
        queues,
        ends: queues.flatMap((queue) =>
            causes.map((cause) => ({ queue, cause, ...fateOf(vhost, queue, cause, message) })),
        ),
        paths,
        unknown,
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
