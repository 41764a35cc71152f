import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { BrokerVersion, Queue, Topology } from "../model/index.ts";
import { type EffectiveSettings, effectiveSettings } from "../settings/effective.ts";
import { type DeadLetter, type Death, type DeathCause, deadLetterHops } from "./deadLetters.ts";
import { type RoutedMessage, routingKeysOf } from "./routing.ts";

/** One dead-lettering. */
export interface FateStep {
    readonly queue: string;
    readonly cause: DeathCause;
    /** Missing where the queue has no dead-letter exchange. */
    readonly exchange?: string;
    readonly routingKeys: readonly string[];
    /** The queues that take the message; those to which it would come back automatically are left out, as the broker does. */
    readonly to: readonly string[];
}

/** Where a message ends after its last dead-lettering. */
export type FateEnd =
    /** It lies there until somebody consumes it. */
    | { readonly kind: "queue"; readonly names: readonly string[] }
    | { readonly kind: "dropped"; readonly reason: string }
    /** The full queue takes no message, and the publisher learns of it. */
    | { readonly kind: "refused" }
    /** At-least-once dead-lettering has nowhere to go: it stays in its queue, out of reach, until a route appears. */
    | { readonly kind: "kept" }
    /** It comes back to a queue that it was in; `dropped` where the broker ends that, else it goes round for ever. */
    | { readonly kind: "cycle"; readonly path: readonly string[]; readonly dropped: boolean };

/** What becomes of a message. */
export interface Fate {
    /** Nearest first. A dead letter that several queues take is followed into each of them. */
    readonly steps: readonly FateStep[];
    /** Of several copies' ends the one that matters most: a cycle without end, a queue, kept, a broken cycle, dropped. */
    readonly end: FateEnd;
}

/**
 * Tells what becomes of a message that leaves a queue for a cause.
 * @param message what is known of it; without, the keys that the queue is bound with stand for its own
 */
export type FateOf = (
    vhost: string,
    queue: string,
    cause: DeathCause,
    message?: Omit<RoutedMessage, "vhost">,
) => Fate;

/**
 * Makes the function that follows dead letters to their end. Beyond the first queue a message moves on only where it does so by itself,
 * because the queue has a message TTL; it then expires. (Dead-lettering takes a TTL of the message's own away.) When a queue itself
 * expires (`expires`), its messages go with it and are not dead-lettered.
 * @see https://www.rabbitmq.com/docs/dlx
 * @see https://www.rabbitmq.com/docs/quorum-queues#dead-lettering
 */
export function fates(topology: Topology, version?: BrokerVersion): FateOf {
    const settingsOf = effectiveSettings(topology, version);
    const hopOf = deadLetterHops(topology, version);
    const { queueNamed } = topologyIndex(topology);

    /** One dead-lettering: the step it makes and where it ends at once, unless the message goes on. */
    const leave = (queue: Queue, letter: DeadLetter): { step?: FateStep; end?: FateEnd } => {
        const { cause } = letter;
        const effective = settingsOf(queue);
        const stays = staying(queue, cause, effective);
        if (stays !== undefined) {
            return { end: stays };
        }
        const hop = hopOf(queue, letter);
        if (hop === undefined) {
            const step = { queue: queue.name, cause, routingKeys: [], to: [] };
            return {
                step,
                end: { kind: "dropped", reason: `queue "${queue.name}" has no dead-letter exchange` },
            };
        }
        const { exchange, routingKeys, queues } = hop;
        const deaths = [...letter.deaths, { queue: queue.name, cause }];
        const back = queues.filter((name) => isDroppedCycle(name, deaths));
        const to = queues.filter((name) => !back.includes(name));
        const step = { queue: queue.name, cause, exchange, routingKeys, to };
        if (to.length > 0) {
            return { step };
        }
        if (effective.settings.value("dead-letter-strategy") === "at-least-once") {
            return { step, end: { kind: "kept" } };
        }
        const [cycle] = back;
        return cycle === undefined
            ? {
                  step,
                  end: {
                      kind: "dropped",
                      reason: `dead letters of queue "${queue.name}" reach no queue through exchange "${exchange}"`,
                  },
              }
            : { step, end: { kind: "cycle", path: pathBack(cycle, deaths), dropped: true } };
    };

    const messageTtl = (queue: Queue): boolean => settingsOf(queue).settings.has("message-ttl");

    return (vhost, name, cause, message) => {
        const steps: { readonly step: FateStep; readonly depth: number }[] = [];
        const ends: FateEnd[] = [];
        const known = message && {
            routingKeys: routingKeysOf(message),
            headers: message.headers ?? {},
            exchange: message.exchange,
        };
        const pending: Departure[] = [{ name, letter: { ...known, deaths: [], cause } }];
        const followed = new Map<string, number>();
        // Depth first, so that every way is followed to an end before copies are left out.
        for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
            const { name: here, letter } = each;
            const copies = (followed.get(here) ?? 0) + 1;
            if (copies > mostCopies) {
                continue;
            }
            followed.set(here, copies);
            const queue = queueNamed(vhost, here);
            if (queue === undefined) {
                ends.push({ kind: "dropped", reason: `queue "${here}" does not exist` });
                continue;
            }
            const { step, end } = leave(queue, letter);
            if (step !== undefined) {
                steps.push({ step, depth: letter.deaths.length });
            }
            if (end !== undefined) {
                ends.push(end);
                continue;
            }
            const { exchange, cause: why } = letter;
            const deaths = [...letter.deaths, { queue: here, cause: why, exchange }];
            for (const next of step?.to.toReversed() ?? []) {
                const target = queueNamed(vhost, next);
                if (deaths.some(({ queue: before }) => before === next)) {
                    ends.push({ kind: "cycle", path: pathBack(next, deaths), dropped: false });
                } else if (target !== undefined && messageTtl(target)) {
                    const carried: DeadLetter = {
                        ...letter,
                        routingKeys: step?.routingKeys,
                        exchange: step?.exchange,
                        deaths,
                        cause: "expired",
                    };
                    pending.push({ name: next, letter: carried });
                } else {
                    ends.push({ kind: "queue", names: [next] });
                }
            }
        }
        const nearestFirst = steps.sort((a, b) => a.depth - b.depth).map(({ step }) => step);
        return { steps: nearestFirst, end: worst(ends) };
    };
}

/**
 * How many copies of one message are followed out of the same queue. They differ only in where they were before; queues that all expire
 * into each other would make more of them than can be counted.
 */
const mostCopies = 16;

/** A message about to leave a queue. */
interface Departure {
    readonly name: string;
    readonly letter: DeadLetter;
}

/**
 * Whether the broker refuses to dead-letter into a queue because the message would come back to it without anybody's doing: it died there
 * before, and neither that death nor any later one was a rejection.
 * @see https://www.rabbitmq.com/docs/dlx#automatic-dead-lettering-cycles
 */
function isDroppedCycle(target: string, deaths: readonly Death[]): boolean {
    const before = deaths.findLastIndex(({ queue }) => queue === target);
    return before >= 0 && deaths.slice(before).every(({ cause }) => cause !== "rejected");
}

/** The end of a message that does not leave its queue for this cause; `undefined` where it does. */
function staying(queue: Queue, cause: DeathCause, { settings }: EffectiveSettings): FateEnd | undefined {
    const rests: FateEnd = { kind: "queue", names: [queue.name] };
    if (queue.type === "stream") {
        return rests;
    }
    if (cause === "maxlen") {
        return settings.value("overflow") === "reject-publish" ? { kind: "refused" } : undefined;
    }
    const limit = settings.value("delivery-limit");
    return cause === "delivery_limit" && !(typeof limit === "number" && limit >= 0) ? rests : undefined;
}

function pathBack(to: string, deaths: readonly Death[]): readonly string[] {
    const names = deaths.map(({ queue }) => queue);
    return [...names.slice(names.lastIndexOf(to)), to];
}

function worst(ends: readonly FateEnd[]): FateEnd {
    const order = ["cycle for ever", "refused", "queue", "kept", "cycle", "dropped"] as const;
    const rank = (end: FateEnd): number =>
        order.indexOf(end.kind === "cycle" && !end.dropped ? "cycle for ever" : end.kind);
    const [first] = [...ends].sort((a, b) => rank(a) - rank(b));
    if (first?.kind !== "queue") {
        return first ?? { kind: "dropped", reason: "nothing takes it" };
    }
    const names = ends.flatMap((end) => (end.kind === "queue" ? end.names : []));
    return { kind: "queue", names: [...new Set(names)].sort() };
}
