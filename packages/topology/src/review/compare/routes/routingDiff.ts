import { bindingKey, objectKey, type Topology } from "../../../model/index.ts";
import type { RoutedMessage, Routing } from "../../../routing/routing.ts";
import { compareText } from "../../../text/names.ts";
import { deliveredQueues } from "../../../view/delivery.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import { type Consequence, consequences, isWorse } from "../change.ts";
import { type Comparison, comparisonOf } from "../comparison.ts";
import { redirections } from "./redirection.ts";
import { type RouteProbe, routeProbes, samplesOf } from "./routeProbe.ts";

export const routeChangeKinds = [
    /** Reached a queue and reaches none. */
    "unroutable",
    /** Was delivered to a queue, and is now only parked where unroutable messages go. */
    "parked",
    /** Some of its queues get no copy any more. */
    "narrowed",
    /** Goes to other queues instead. */
    "moved",
    /** Goes to further queues as well. */
    "duplicated",
    /** Was unroutable, and now has a queue. */
    "routed",
] as const;

/** The kinds of changes of where messages go. */
export type RouteChangeKind = (typeof routeChangeKinds)[number];

/** A kind of message that goes elsewhere than before. */
export interface RouteChange {
    /** The same in every run: `route spot/spot.analysis analyze.result`, or `route spot/service "gateway" publishes "request"`. */
    readonly id: string;
    readonly kind: RouteChangeKind;
    readonly consequence: Consequence;
    readonly vhost: string;
    readonly exchange: string;
    /** As it is declared or bound: it may hold wildcards. */
    readonly routingKey: string;
    readonly headers?: RouteProbe["headers"];
    /** Who sends it; empty where a binding waits for a key that nobody is known to use. */
    readonly uses: readonly string[];
    readonly before: RouteEnd;
    readonly after: RouteEnd;
}

/** Where a message arrives, and where it goes when its queues give it up. */
export interface RouteEnd {
    readonly queues: readonly string[];
    /** The ends of its dead letters. Empty: they are dropped. */
    readonly deadLetters: readonly string[];
}

/** A change and the objects that make it, to tell which of them is to blame. */
export interface BlamedRouteChange {
    readonly change: RouteChange;
    /** By `bindingKey`: those on the ways that are gone, and on the ways that are new. */
    readonly lostBindings: ReadonlySet<string>;
    readonly newBindings: ReadonlySet<string>;
    /** The exchanges on the ways that are gone whose alternate took the message. */
    readonly lostAlternates: ReadonlySet<string>;
    /** The service that sends the message elsewhere, by its `objectKey`, where that is what makes it. */
    readonly service?: string;
}

/**
 * Every declared publication and every bound key that reaches other queues than before, worst first. A message that its service sends
 * elsewhere is compared with itself, beside the keys.
 */
export function routingDiff(before: Topology, after: Topology): readonly RouteChange[] {
    return blamedRouteChanges(comparisonOf(before, after)).map(({ change }) => change);
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

/** No binding is to blame where a message goes another way because it is sent elsewhere. */
const none: ReadonlySet<string> = new Set();

function redirectedMessages(comparison: Comparison): readonly BlamedRouteChange[] {
    return redirections(comparison).flatMap(({ service, use, was, is }) => {
        const probe = { ...is, uses: [use] };
        const found = routeChange(comparison, probe, `route ${service.vhost}/${use}`, { was, is });
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

/** Everything that decides where messages go. Most changes leave it alone, and then no message needs to be followed. */
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

/** The worst of what happens to the messages that stand for a probe. */
function keyChange(comparison: Comparison, probe: RouteProbe): BlamedRouteChange | undefined {
    let worst: BlamedRouteChange | undefined;
    for (const message of samplesOf(probe)) {
        const found = routeChange(comparison, probe, routeId(probe), { was: message, is: message });
        if (
            found !== undefined &&
            (worst === undefined || isWorse(found.change.consequence, worst.change.consequence))
        ) {
            worst = found;
        }
    }
    return worst;
}

/** What happens to one message, that goes as it was sent before and as it is now. */
function routeChange(
    comparison: Comparison,
    { vhost, exchange, routingKey, headers, uses }: RouteProbe,
    id: string,
    message: { readonly was: RoutedMessage; readonly is: RoutedMessage },
): BlamedRouteChange | undefined {
    const [was, is] = [comparison.before.routing(message.was), comparison.after.routing(message.is)];
    const judged = judge(
        { queues: was.queues, isDelivered: isDelivered(comparison.before, message.was.vhost, was) },
        { queues: is.queues, isDelivered: isDelivered(comparison.after, vhost, is) },
    );
    if (judged === undefined) {
        return undefined;
    }
    // Where services are declared, a key that none of them uses is nobody's loss: that is how a binding is safely given up.
    const isUsed = uses.length > 0 || !comparison.before.hasServices;
    const gone = was.paths.filter(({ queue }) => !is.queues.includes(queue)).flatMap(({ hops }) => hops);
    const added = is.paths.filter(({ queue }) => !was.queues.includes(queue)).flatMap(({ hops }) => hops);
    return {
        change: {
            id,
            kind: judged.kind,
            consequence: isUsed ? judged.consequence : "none",
            vhost,
            exchange,
            routingKey,
            ...(headers !== undefined && { headers }),
            uses,
            before: routeEnd(comparison.before, message.was.vhost, was),
            after: routeEnd(comparison.after, vhost, is),
        },
        lostBindings: new Set(
            gone.flatMap(({ binding }) => (binding === undefined ? [] : [bindingKey(binding)])),
        ),
        newBindings: new Set(
            added.flatMap(({ binding }) => (binding === undefined ? [] : [bindingKey(binding)])),
        ),
        lostAlternates: new Set(gone.filter(({ via }) => via === "alternate").map((hop) => hop.exchange)),
    };
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

interface JudgedRouting extends Pick<Routing, "queues"> {
    readonly isDelivered: boolean;
}

/** What it means that a message which went there now goes here; `undefined` where it is the same. */
function judge(
    was: JudgedRouting,
    is: JudgedRouting,
): { readonly kind: RouteChangeKind; readonly consequence: Consequence } | undefined {
    const lost = was.queues.filter((name) => !is.queues.includes(name));
    const gained = is.queues.filter((name) => !was.queues.includes(name));
    if (lost.length === 0 && gained.length === 0 && was.isDelivered === is.isDelivered) {
        return undefined;
    }
    if (is.queues.length === 0) {
        return { kind: "unroutable", consequence: "dropped" };
    }
    if (was.isDelivered && !is.isDelivered) {
        return { kind: "parked", consequence: "delayed" };
    }
    if (!was.isDelivered && (is.isDelivered || was.queues.length === 0)) {
        return { kind: "routed", consequence: "none" };
    }
    if (lost.length === 0) {
        return { kind: "duplicated", consequence: "none" };
    }
    // What still lies in the old queue and what arrives in the new one are consumed side by side.
    return gained.length > 0
        ? { kind: "moved", consequence: "reordered" }
        : { kind: "narrowed", consequence: "dropped" };
}

/** Whether a binding takes the message, as it does a dead letter for its parking queue, or an alternate exchange delivers it. */
function isDelivered(side: TopologyView, vhost: string, routing: Routing): boolean {
    return (
        routing.paths.some(({ hops }) => hops.every(({ via }) => via === "binding")) ||
        deliveredQueues(side, vhost, routing).length > 0
    );
}
