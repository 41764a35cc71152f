import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { KnownVersion, Queue, Topology } from "../model/index.ts";
import { type EffectiveSettings, effectiveSettings } from "../settings/effective.ts";
import { type DeadLetter, type Death, type DeathCause, deadLetterHops } from "./deadLetters.ts";
import { type RoutedMessage, routingKeysOf } from "./routing.ts";

/** One dead-lettering. */
export interface FateStep {
    readonly queue: string;
    readonly cause: DeathCause;
    /** Missing if the queue has no dead-letter exchange. */
    readonly exchange?: string;
    readonly routingKeys: readonly string[];
    /** The queues that receive the message, without those to which the broker refuses to return it because of an automatic cycle. */
    readonly to: readonly string[];
}

/** What finally happens to a message. */
export type FateEnd =
    /** It stays in a queue until it is consumed. */
    | { readonly kind: "queue"; readonly names: readonly string[] }
    | { readonly kind: "dropped"; readonly reason: string }
    /** The full queue rejects it, and the publisher receives a nack. */
    | { readonly kind: "refused" }
    /** At-least-once dead-lettering finds no route: it stays in its queue, unavailable to consumers, until a route exists. */
    | { readonly kind: "kept" }
    /** It returns to a queue that it was in. `dropped`: the broker drops it there; otherwise it cycles forever. */
    | { readonly kind: "cycle"; readonly path: readonly string[]; readonly dropped: boolean };

/** What happens to a message that leaves a queue without an acknowledgement. */
export interface Fate {
    /** In order of distance. If several queues receive a dead letter, each copy is followed. */
    readonly steps: readonly FateStep[];
    /** The most important end of all copies: an endless cycle, refused, a queue, kept, a cycle that the broker ends, dropped. */
    readonly end: FateEnd;
}

/**
 * Returns what happens to a message that leaves a queue for a cause.
 * @param message its known properties; by default, its routing keys are those that the queue is bound with
 */
export type FateOf = (
    vhost: string,
    queue: string,
    cause: DeathCause,
    message?: Omit<RoutedMessage, "vhost">,
) => Fate;

/**
 * Makes the function that follows dead letters to their end. After the first queue, a message moves on only if the next queue has a message TTL, so
 * that it expires there. (Dead-lettering removes the message's own TTL.) If a queue itself expires (`expires`), its messages are deleted with it
 * and not dead-lettered.
 * @see https://www.rabbitmq.com/docs/dlx
 * @see https://www.rabbitmq.com/docs/quorum-queues#dead-lettering
 */
export function fates(topology: Topology, version?: KnownVersion): FateOf {
    const settingsOf = effectiveSettings(topology, version);
    const hopOf = deadLetterHops(topology, version);
    const { queueNamed } = topologyIndex(topology);

    /** One dead-lettering: its step, and the end if the message does not move on. */
    const leave = (queue: Queue, letter: DeadLetter): { step?: FateStep; end?: FateEnd } => {
        const { cause } = letter;
        const effective = settingsOf(queue);
        const endInPlace = endWithoutLeaving(queue, cause, effective);
        if (endInPlace !== undefined) {
            return { end: endInPlace };
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
        // Depth first, so that every path reaches an end before the maximum number of copies skips any.
        for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
            const { name: here, letter } = each;
            const copies = (followed.get(here) ?? 0) + 1;
            if (copies > maxCopies) {
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
            const { exchange, cause: causeHere } = letter;
            const deaths = [...letter.deaths, { queue: here, cause: causeHere, exchange }];
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
        return { steps: nearestFirst, end: mostImportantEnd(ends) };
    };
}

/**
 * The maximum number of copies of one message that are followed out of the same queue. They differ only in their earlier queues; queues that all
 * expire into each other would create an exponential number of them.
 */
const maxCopies = 16;

/** A message about to leave a queue. */
interface Departure {
    readonly name: string;
    readonly letter: DeadLetter;
}

/**
 * Whether the broker refuses to dead-letter a message to a queue because it would cycle automatically: it was dead-lettered from that queue before,
 * and neither that dead-lettering nor a later one was a rejection.
 * @see https://www.rabbitmq.com/docs/dlx#automatic-dead-lettering-cycles
 */
function isDroppedCycle(target: string, deaths: readonly Death[]): boolean {
    const before = deaths.findLastIndex(({ queue }) => queue === target);
    return before >= 0 && deaths.slice(before).every(({ cause }) => cause !== "rejected");
}

/** The end of a message that does not leave its queue for this cause; `undefined` if it leaves. */
function endWithoutLeaving(
    queue: Queue,
    cause: DeathCause,
    { settings }: EffectiveSettings,
): FateEnd | undefined {
    const staysInQueue: FateEnd = { kind: "queue", names: [queue.name] };
    if (queue.type === "stream") {
        return staysInQueue;
    }
    if (cause === "maxlen") {
        return settings.value("overflow") === "reject-publish" ? { kind: "refused" } : undefined;
    }
    const limit = settings.value("delivery-limit");
    return cause === "delivery_limit" && !(typeof limit === "number" && limit >= 0)
        ? staysInQueue
        : undefined;
}

function pathBack(to: string, deaths: readonly Death[]): readonly string[] {
    const names = deaths.map(({ queue }) => queue);
    return [...names.slice(names.lastIndexOf(to)), to];
}

function mostImportantEnd(ends: readonly FateEnd[]): FateEnd {
    const order = ["endless cycle", "refused", "queue", "kept", "cycle", "dropped"] as const;
    const rank = (end: FateEnd): number =>
        order.indexOf(end.kind === "cycle" && !end.dropped ? "endless cycle" : end.kind);
    const [first] = [...ends].sort((a, b) => rank(a) - rank(b));
    if (first?.kind !== "queue") {
        return first ?? { kind: "dropped", reason: "no queue receives it" };
    }
    const names = ends.flatMap((end) => (end.kind === "queue" ? end.names : []));
    return { kind: "queue", names: [...new Set(names)].sort() };
}
