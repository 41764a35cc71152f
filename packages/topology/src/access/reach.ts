import { linksOf } from "../links/links.ts";
import type { Shovel } from "../links/shovel.ts";
import { memoize } from "../lookup/memoize.ts";
import type { Binding, Queue } from "../model/index.ts";
import { routingIndex } from "../routing/routingIndex.ts";
import type { TopologyView } from "../view/topologyView.ts";
import type { EntryPoint, EntryWay } from "./entryPoint.ts";
import {
    anyKey,
    canHaveKey,
    listedKeys,
    possibleBindings,
    type RoutingKeys,
    unmatchedKeys,
} from "./routingKeys.ts";

/** An exchange or a queue on the path of a message. */
export interface Place {
    readonly kind: "exchange" | "queue";
    readonly vhost: string;
    readonly name: string;
}

/** How a message takes a step; the first step is an entry point. */
export type StepKind = EntryWay | "queue name" | "binding" | "alternate" | "dead letter" | "shovel";

/** One step of a message from its entry point to a queue. */
export interface ReachStep {
    readonly via: StepKind;
    readonly to: Place;
    /** The binding that matches. */
    readonly binding?: Binding;
    /** The shovel, or the object that the user binds to or declares. */
    readonly by?: string;
    /** The routing keys that the message can have from here. */
    readonly keys: RoutingKeys;
}

/** The last step to a queue that a message can end in; {@link stepsTo} finds the others. */
export interface ReachedQueue extends ReachStep {
    readonly before: ReachedQueue | undefined;
}

/** The queues that messages can end in, by {@link queueId}. */
export type Reach = ReadonlyMap<string, ReachedQueue>;

/** The steps to a queue: one of the shortest paths, without unusual ways if possible. */
export function stepsTo(last: ReachedQueue): readonly ReachStep[] {
    const steps: ReachStep[] = [];
    for (let step: ReachedQueue | undefined = last; step !== undefined; step = step.before) {
        steps.push(step);
    }
    return steps.reverse();
}

/** The same for two queues only if they have the same name and virtual host; faster than JSON. */
export function queueId(vhost: string, name: string): string {
    return `${vhost.length} ${vhost} ${name}`;
}

/** The ways into a topology, the usual ones first: a path begins with the first that leads to its queue. */
const ways: readonly EntryWay[] = ["publish", "reject", "bind", "declare"];

/** How many selections of the same routing keys are followed out of one exchange; after that, all of them are. */
const maxSelections = 8;

/**
 * Makes the function that returns every queue that a message can end in if it enters a topology at these points: through bindings, alternate
 * exchanges, dead-letter exchanges and shovels. A publisher can make each message expire, so every queue can dead-letter it. The headers may be
 * any. The result is an upper bound: it contains each queue that a message can reach, and a few that need a combination of routing keys that
 * does not exist.
 * @see https://www.rabbitmq.com/docs/dlx, https://www.rabbitmq.com/docs/ae and https://www.rabbitmq.com/docs/ttl#per-message-ttl-in-publishers
 */
export function reachFrom(view: TopologyView): (entries: readonly EntryPoint[]) => Reach {
    const { topology, version, queueNamed, queuesOf } = view;
    const index = routingIndex(topology, version);
    const links = linksOf(topology);
    const deadLetterOf = memoize((queue: Queue) => {
        const exchange = view.setting(queue, "dead-letter-exchange");
        const key = view.setting(queue, "dead-letter-routing-key");
        return typeof exchange === "string"
            ? { exchange, ...(typeof key === "string" && { keys: listedKeys([key]) }) }
            : undefined;
    });

    return (entries) => {
        const reached = new Map<string, ReachedQueue>();
        /** By place: the routing keys that it was reached with. Most places are reached with one. */
        const seen = new Map<string, RoutingKeys | Set<string>>();
        const selections = new Map<string, number>();
        const pending: ReachedQueue[] = [];
        let next = 0;

        /** Whether a place was not reached with these keys or all keys before. */
        const isNew = (place: string, keys: RoutingKeys): boolean => {
            const known = seen.get(place);
            if (known === undefined) {
                seen.set(place, keys);
                return true;
            }
            if (!(known instanceof Set)) {
                if (known === anyKey || known.id === keys.id) {
                    return false;
                }
                seen.set(place, new Set([known.id, keys.id]));
                return true;
            }
            const isKnown = known.has(anyKey.id) || known.has(keys.id);
            known.add(keys.id);
            return !isKnown;
        };

        const go = (before: ReachedQueue | undefined, step: ReachStep): void => {
            const { kind, vhost, name } = step.to;
            // As an alternate exchange, the default exchange does not know the queues; to reject a message is not to receive one.
            const role =
                name === "" && step.via === "alternate"
                    ? "alternate"
                    : step.via === "reject"
                      ? "reject"
                      : kind;
            const place = `${role} ${queueId(vhost, name)}`;
            let { keys } = step;
            if (kind === "exchange" && keys.from !== undefined) {
                const count = selections.get(place) ?? 0;
                selections.set(place, count + 1);
                keys = count < maxSelections ? keys : keys.from;
            }
            if (isNew(place, keys)) {
                pending.push({ ...step, keys, before });
            }
        };

        const leaveQueue = (node: ReachedQueue): void => {
            const { vhost, name } = node.to;
            const queue = queueNamed(vhost, name);
            const letter = queue === undefined ? undefined : deadLetterOf(queue);
            if (letter !== undefined) {
                go(node, {
                    via: "dead letter",
                    to: { kind: "exchange", vhost, name: letter.exchange },
                    keys: letter.keys ?? node.keys,
                });
            }
            for (const shovel of node.via === "reject" ? [] : links.fromQueue(vhost, name)) {
                follow(node, shovel);
            }
        };

        const follow = (node: ReachedQueue, { name: by, destination }: Shovel): void => {
            const { vhost, object, key } = destination;
            if (vhost === undefined) {
                return;
            }
            const keys = key === undefined ? node.keys : listedKeys([key]);
            if (object === undefined) {
                // The message keeps its exchange, which may be any.
                for (const { name } of view.exchangesOf(vhost)) {
                    go(node, { via: "shovel", by, to: { kind: "exchange", vhost, name }, keys: anyKey });
                }
            } else {
                go(node, { via: "shovel", by, to: { ...object, vhost }, keys });
            }
        };

        const leaveExchange = (node: ReachedQueue): void => {
            const { vhost, name } = node.to;
            if (name === "" && node.via !== "alternate") {
                const names =
                    node.keys.kind === "listed"
                        ? node.keys.keys.filter((each) => queueNamed(vhost, each) !== undefined)
                        : queuesOf(vhost)
                              .map((each) => each.name)
                              .filter((each) => canHaveKey(node.keys, each));
                for (const queue of names) {
                    go(node, {
                        via: "queue name",
                        to: { kind: "queue", vhost, name: queue },
                        keys: node.keys,
                    });
                }
                return;
            }
            const source = index.source(vhost, name);
            if (source === undefined) {
                return;
            }
            for (const binding of possibleBindings(source, node.keys)) {
                const { shovel } = binding;
                if (shovel === undefined) {
                    const to = { kind: binding.destinationType, vhost, name: binding.destination };
                    go(node, { via: "binding", binding, to, keys: node.keys });
                } else {
                    follow(node, shovel);
                }
            }
            const { alternate } = source;
            const rest = alternate === undefined ? undefined : unmatchedKeys(source, node.keys);
            if (alternate !== undefined && rest !== undefined) {
                go(node, { via: "alternate", to: { kind: "exchange", vhost, name: alternate }, keys: rest });
            }
        };

        for (const way of ways) {
            for (const { vhost, to, by, keys } of entries.filter((each) => each.way === way)) {
                go(undefined, { via: way, to: { ...to, vhost }, keys, ...(by !== undefined && { by }) });
            }
            for (let node = pending[next]; node !== undefined; node = pending[next]) {
                next += 1;
                if (node.to.kind === "exchange") {
                    leaveExchange(node);
                } else {
                    const id = node.via === "reject" ? undefined : queueId(node.to.vhost, node.to.name);
                    if (id !== undefined && !reached.has(id)) {
                        reached.set(id, node);
                    }
                    leaveQueue(node);
                }
            }
        }
        return reached;
    };
}
