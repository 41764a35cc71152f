import { bindingKey, objectKey, type Topology } from "../../../model/index.ts";
import type { RoutedMessage, Routing } from "../../../routing/routing.ts";
import { compareText } from "../../../text/names.ts";
import { deliveredQueues, unroutableText } from "../../../view/delivery.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import { type Consequence, consequences, isWorse } from "../change.ts";
import { type Comparison, compareTopologies } from "../comparison.ts";
import { redirections } from "./redirection.ts";
import { type RouteProbe, routeProbes, samplesOf } from "./routeProbe.ts";

export const routeChangeKinds = [
    /** Reached a queue, and now reaches none. */
    "unroutable",
    /** Was delivered to a queue, and is now unroutable and parked. */
    "parked",
    /** No longer reaches some of its queues. */
    "narrowed",
    /** Reaches other queues instead. */
    "moved",
    /** Reaches more queues. */
    "duplicated",
    /** Was unroutable, and now reaches a queue. */
    "routed",
] as const;

/** How a route changes. */
export type RouteChangeKind = (typeof routeChangeKinds)[number];

/** A kind of message that reaches other queues than before. */
export interface RouteChange {
    /** The same in every run: `route spot/spot.analysis analyze.result`, or `route spot/service "gateway" publishes "request"`. */
    readonly id: string;
    readonly kind: RouteChangeKind;
    readonly consequence: Consequence;
    readonly vhost: string;
    readonly exchange: string;
    /** The declared or bound key, which may contain wildcards. */
    readonly routingKey: string;
    readonly headers?: RouteProbe["headers"];
    /** Its publishers. Empty for the key of a binding that no declared service uses. */
    readonly uses: readonly string[];
    readonly before: RouteEnd;
    readonly after: RouteEnd;
    /** What happens to the messages instead, if they are unroutable. The check says the same. */
    readonly fate?: string;
}

/** The queues that a message reaches, and the queues of its dead letters. */
export interface RouteEnd {
    readonly queues: readonly string[];
    /** Empty if its dead letters are dropped. */
    readonly deadLetters: readonly string[];
}

/** A route change and the objects that cause it. */
export interface BlamedRouteChange {
    readonly change: RouteChange;
    /** The bindings of deleted routes and of new routes, by `bindingKey`. */
    readonly lostBindings: ReadonlySet<string>;
    readonly newBindings: ReadonlySet<string>;
    /** The exchanges of deleted routes whose alternate exchange got the message. */
    readonly lostAlternates: ReadonlySet<string>;
    /** The service that now sends the message elsewhere, by its `objectKey`, if that is the cause. */
    readonly service?: string;
}

/**
 * Every declared publication and every bound key that reaches other queues than before, worst first. A message that its service now sends
 * elsewhere is an entry of its own.
 */
export function routingDiff(before: Topology, after: Topology): readonly RouteChange[] {
    return blamedRouteChanges(compareTopologies(before, after)).map(({ change }) => change);
}

export function blamedRouteChanges(comparison: Comparison): readonly BlamedRouteChange[] {
    return [...changedKeys(comparison), ...redirectedMessages(comparison)].sort((a, b) =>
        compareRouteChanges(a.change, b.change),
    );
}

function changedKeys(comparison: Comparison): readonly BlamedRouteChange[] {
    if (routesOf(comparison.before) === routesOf(comparison.after)) {
        return [];
    }
    const [before, after] = [routeProbes(comparison.before), routeProbes(comparison.after)];
    const changes: BlamedRouteChange[] = [];
    for (const [key, probe] of new Map([...after, ...before])) {
        const uses = [...(before.get(key)?.uses ?? []), ...(after.get(key)?.uses ?? [])];
        const change = keyChange(comparison, { ...probe, uses: [...new Set(uses)].sort() });
        if (change !== undefined) {
            changes.push(change);
        }
    }
    return changes;
}

/** If a service sends a message elsewhere, no binding is the cause. */
const none: ReadonlySet<string> = new Set();

function redirectedMessages(comparison: Comparison): readonly BlamedRouteChange[] {
    return redirections(comparison).flatMap(({ service, use, messageBefore, messageAfter }) => {
        const probe = { ...messageAfter, uses: [use] };
        const found = routeChange(comparison, probe, `route ${service.vhost}/${use}`, {
            before: messageBefore,
            after: messageAfter,
        });
        return found === undefined
            ? []
            : [
                  {
                      ...found,
                      lostBindings: none,
                      newBindings: none,
                      lostAlternates: none,
                      service: objectKey(service),
                  },
              ];
    });
}

/** Everything that decides about routes. If it is equal before and after, no route needs to be computed. */
function routesOf(side: TopologyView): string {
    const { exchanges, queues, bindings } = side.topology;
    return JSON.stringify([
        exchanges.map((each) => [
            each.vhost,
            each.name,
            each.type,
            each.internal,
            each.arguments,
            side.effective(each).settings.value("alternate-exchange"),
        ]),
        queues.map(({ vhost, name }) => [vhost, name]),
        bindings.map(bindingKey),
    ]);
}

function compareRouteChanges(a: RouteChange, b: RouteChange): number {
    return (
        consequences.indexOf(b.consequence) - consequences.indexOf(a.consequence) ||
        routeChangeKinds.indexOf(a.kind) - routeChangeKinds.indexOf(b.kind) ||
        compareText(a.id, b.id)
    );
}

/** The worst change among the sample messages of a probe. */
function keyChange(comparison: Comparison, probe: RouteProbe): BlamedRouteChange | undefined {
    let worst: BlamedRouteChange | undefined;
    for (const message of samplesOf(probe)) {
        const found = routeChange(comparison, probe, routeId(probe), { before: message, after: message });
        if (
            found !== undefined &&
            (worst === undefined || isWorse(found.change.consequence, worst.change.consequence))
        ) {
            worst = found;
        }
    }
    return worst;
}

/** How the route of one message changes, from the message as sent before to the message as sent after. */
function routeChange(
    comparison: Comparison,
    { vhost, exchange, routingKey, headers, uses }: RouteProbe,
    id: string,
    message: { readonly before: RoutedMessage; readonly after: RoutedMessage },
): BlamedRouteChange | undefined {
    const [routingBefore, routingAfter] = [
        comparison.before.routing(message.before),
        comparison.after.routing(message.after),
    ];
    const kindOfChange = classify(
        {
            queues: routingBefore.queues,
            isDelivered: isDelivered(comparison.before, message.before.vhost, routingBefore),
        },
        { queues: routingAfter.queues, isDelivered: isDelivered(comparison.after, vhost, routingAfter) },
    );
    if (kindOfChange === undefined) {
        return undefined;
    }
    // If services are declared, a key that none of them uses can lose its queue safely.
    const isUsed = uses.length > 0 || !comparison.before.hasServices;
    const lostHops = routingBefore.paths
        .filter(({ queue }) => !routingAfter.queues.includes(queue))
        .flatMap(({ hops }) => hops);
    const added = routingAfter.paths
        .filter(({ queue }) => !routingBefore.queues.includes(queue))
        .flatMap(({ hops }) => hops);
    return {
        change: {
            id,
            kind: kindOfChange.kind,
            consequence: isUsed ? kindOfChange.consequence : "none",
            vhost,
            exchange,
            routingKey,
            ...(headers !== undefined && { headers }),
            uses,
            before: routeEnd(comparison.before, message.before.vhost, routingBefore),
            after: routeEnd(comparison.after, vhost, routingAfter),
            ...((kindOfChange.kind === "unroutable" || kindOfChange.kind === "parked") && {
                fate: fateText(comparison.after, vhost, routingAfter),
            }),
        },
        lostBindings: new Set(
            lostHops.flatMap(({ binding }) => (binding === undefined ? [] : [bindingKey(binding)])),
        ),
        newBindings: new Set(
            added.flatMap(({ binding }) => (binding === undefined ? [] : [bindingKey(binding)])),
        ),
        lostAlternates: new Set(lostHops.filter(({ via }) => via === "alternate").map((hop) => hop.exchange)),
    };
}

function fateText(side: TopologyView, vhost: string, routing: Routing): string {
    const isConsumed = routing.queues.some(
        (name) => side.messageFlows.consumptionsOf({ vhost, name }).length > 0,
    );
    return `${unroutableText(routing)}${routing.queues.length === 0 || isConsumed || !side.hasServices ? "" : ", which no service consumes"}`;
}

function routeId({ vhost, exchange, routingKey, headers }: RouteProbe): string {
    const table = headers === undefined ? "" : ` ${JSON.stringify(headers)}`;
    return `route ${vhost}/${exchange} ${routingKey}${table}`.trimEnd();
}

function routeEnd(side: TopologyView, vhost: string, { queues }: Routing): RouteEnd {
    const ends = queues.flatMap((queue) => {
        const { end } = side.fate(vhost, queue, "rejected");
        return end.kind === "queue" ? end.names : [];
    });
    return { queues, deadLetters: [...new Set(ends)].sort() };
}

interface ClassifiedRouting extends Pick<Routing, "queues"> {
    readonly isDelivered: boolean;
}

/** The kind and the consequence of a changed route. `undefined` if the route is the same. */
function classify(
    before: ClassifiedRouting,
    after: ClassifiedRouting,
): { readonly kind: RouteChangeKind; readonly consequence: Consequence } | undefined {
    const lost = before.queues.filter((name) => !after.queues.includes(name));
    const gained = after.queues.filter((name) => !before.queues.includes(name));
    if (lost.length === 0 && gained.length === 0 && before.isDelivered === after.isDelivered) {
        return undefined;
    }
    if (after.queues.length === 0) {
        return { kind: "unroutable", consequence: "dropped" };
    }
    if (before.isDelivered && !after.isDelivered) {
        return { kind: "parked", consequence: "delayed" };
    }
    if (!before.isDelivered && (after.isDelivered || before.queues.length === 0)) {
        return { kind: "routed", consequence: "none" };
    }
    if (lost.length === 0) {
        return { kind: "duplicated", consequence: "none" };
    }
    // Messages in the old queue and in the new one are consumed at the same time.
    return gained.length > 0
        ? { kind: "moved", consequence: "reordered" }
        : { kind: "narrowed", consequence: "dropped" };
}

/** Whether a binding routes the message, as it does for dead letters to a parking queue, or an alternate exchange delivers it. */
function isDelivered(side: TopologyView, vhost: string, routing: Routing): boolean {
    return (
        routing.paths.some(({ hops }) => hops.every(({ via }) => via === "binding")) ||
        deliveredQueues(side, vhost, routing).length > 0
    );
}
