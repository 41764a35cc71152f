import { type InVhost, objectKey, type Service, type Topology } from "../../../model/index.ts";
import { compareText } from "../../../text/names.ts";
import { isUnroutable, unroutableText } from "../../../view/delivery.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import { objectId } from "../change.ts";
import { type Comparison, comparisonOf } from "../comparison.ts";
import { rightsChanges } from "../rights/permissionsDiff.ts";
import type { RightsChange } from "../rights/rightsChange.ts";
import { blamedRouteChanges, type RouteChange } from "../routes/routingDiff.ts";
import { type ContractChange, contractChangeKinds, contractRules } from "./contractRule.ts";
import { prematureRevocations } from "./prematureRevocation.ts";

/** What services use and the topology no longer offers, or offers in vain; breaking ones first. */
export function contractDiff(before: Topology, after: Topology): readonly ContractChange[] {
    const comparison = comparisonOf(before, after);
    const routing = blamedRouteChanges(comparison).map(({ change }) => change);
    return contractChanges({ comparison, routing, rights: rightsChanges(comparison) });
}

/** The same, where routes and rights have been compared already. */
export function contractChanges({
    comparison,
    routing,
    rights,
}: {
    readonly comparison: Comparison;
    readonly routing: readonly RouteChange[];
    readonly rights: readonly RightsChange[];
}): readonly ContractChange[] {
    const known = new Set(offences(comparison.before).map(({ id }) => id));
    const parked = new Set(routing.filter(({ kind }) => kind === "parked").map(addressOf));
    const all = [
        ...offences(comparison.after, parked).filter(({ id }) => !known.has(id)),
        ...earlyRemovals(comparison),
        ...earlyUnbindings(comparison, routing),
        ...lonelyQueues(comparison),
        ...prematureRevocations(comparison, rights),
    ];
    return [...new Map(all.map((each) => [each.id, each])).values()].sort(
        (a, b) =>
            Number(b.blocks) - Number(a.blocks) ||
            contractChangeKinds.indexOf(a.kind) - contractChangeKinds.indexOf(b.kind) ||
            compareText(a.id, b.id),
    );
}

function addressOf({
    vhost,
    exchange,
    routingKey,
}: Pick<RouteChange, "vhost" | "exchange" | "routingKey">): string {
    return JSON.stringify([vhost, exchange, routingKey]);
}

/** What tells the service apart in the ids of changes. */
function serviceId(service: InVhost): string {
    return objectId({ ...service, kind: "service" });
}

/**
 * What services ask for and do not get, on one side.
 * @param parked where what no queue takes any more is told as a changed route; nobody needs to agree to it twice
 */
function offences(side: TopologyView, parked: ReadonlySet<string> = new Set()): readonly ContractChange[] {
    const missing = (service: Service, what: string, verb: string): ContractChange => ({
        id: `missing ${what} for ${serviceId(service)}`,
        kind: "missing",
        service: service.name,
        text: `service "${service.name}" ${verb} ${what}, which does not exist`,
        safeWay: `Keep it until no service ${verb} it. ${contractRules.missing.safeWay}`,
        blocks: true,
    });
    const vhosts = new Set(side.topology.vhosts.map(({ name }) => name));
    return side.topology.services.flatMap((service) => [
        ...(vhosts.has(service.vhost) ? [] : [missing(service, `virtual host "${service.vhost}"`, "uses")]),
        ...readQueues(service)
            .filter(({ queue }) => side.queueNamed(service.vhost, queue) === undefined)
            .map(({ queue, verb }) => missing(service, `queue "${queue}"`, verb)),
        ...[...service.publishes, ...service.calls].flatMap(({ message, exchange, routingKey }) => {
            const { vhost } = service;
            if (exchange !== "" && side.exchangeNamed(vhost, exchange) === undefined) {
                return [missing(service, `exchange "${exchange}"`, "publishes to")];
            }
            const routing = side.routing({ vhost, exchange, routingKey });
            const { queues } = routing;
            const isTold = queues.length > 0 && parked.has(addressOf({ vhost, exchange, routingKey }));
            return !isTold && isUnroutable({ vhost, exchange, routingKey, queues }, side)
                ? [
                      {
                          id: `unroutable "${message}" of ${serviceId(service)}`,
                          kind: "unroutable" as const,
                          service: service.name,
                          text: `service "${service.name}" publishes "${message}" to exchange "${exchange}" with key "${routingKey}", which is unroutable: ${unroutableText(routing)}`,
                          safeWay: `Bind a queue with "${routingKey}" in the same release or before.`,
                          blocks: true,
                      },
                  ]
                : [];
        }),
    ]);
}

function readQueues({ consumes, inspects }: Service): readonly { queue: string; verb: string }[] {
    return [
        ...consumes.map(({ queue }) => ({ queue, verb: "consumes" })),
        ...inspects.map((queue) => ({ queue, verb: "reads" })),
    ];
}

/** Queues and exchanges that go together with their last use. Where a use stays, it is missing something. */
function earlyRemovals({ before, after }: Comparison): readonly ContractChange[] {
    const early = (service: Service, what: string, verb: string): ContractChange => ({
        id: `removed too early: ${what} for ${serviceId(service)}`,
        kind: "removed too early",
        service: service.name,
        text: `${what} goes in the same release in which service "${service.name}" stops using it; until that is deployed, the running one ${verb} it`,
        safeWay: contractRules["removed too early"].safeWay,
        blocks: true,
    });
    return before.topology.services.flatMap((service) => {
        const { vhost } = service;
        const now = after.topology.services.find((each) => objectKey(each) === objectKey(service));
        const reads = new Set(now === undefined ? [] : readQueues(now).map(({ queue }) => queue));
        const writes = new Set(
            [...(now?.publishes ?? []), ...(now?.calls ?? [])].map((each) => each.exchange),
        );
        return [
            ...service.consumes
                .filter(
                    ({ queue }) =>
                        before.queueNamed(vhost, queue) !== undefined &&
                        after.queueNamed(vhost, queue) === undefined &&
                        !reads.has(queue),
                )
                .map(({ queue }) => early(service, `queue "${queue}"`, "consumes")),
            ...[...service.publishes, ...service.calls]
                .filter(
                    ({ exchange }) =>
                        before.exchangeNamed(vhost, exchange) !== undefined &&
                        after.exchangeNamed(vhost, exchange) === undefined &&
                        !writes.has(exchange),
                )
                .map(({ exchange }) => early(service, `exchange "${exchange}"`, "publishes to")),
        ];
    });
}

/** Keys that lose their queue in the release in which their last publication goes. */
function earlyUnbindings(
    { before, after }: Comparison,
    routing: readonly RouteChange[],
): readonly ContractChange[] {
    return routing
        .filter(({ consequence }) => consequence === "dropped" || consequence === "delayed")
        .flatMap(({ vhost, exchange, routingKey }) =>
            publishers(after, vhost, exchange, routingKey).length > 0
                ? []
                : publishers(before, vhost, exchange, routingKey).map((service) => ({
                      id: `removed too early: key "${routingKey}" of exchange "${exchange}" for ${serviceId(service)}`,
                      kind: "removed too early" as const,
                      service: service.name,
                      text: `key "${routingKey}" of exchange "${exchange}" loses its queue in the same release in which service "${service.name}" stops publishing it; until that is deployed, the running one publishes it`,
                      safeWay: contractRules["removed too early"].safeWay,
                      blocks: true,
                  })),
        );
}

function publishers(
    { topology }: TopologyView,
    vhost: string,
    exchange: string,
    routingKey: string,
): readonly Service[] {
    return topology.services.filter(
        (service) =>
            service.vhost === vhost &&
            [...service.publishes, ...service.calls].some(
                (each) => each.exchange === exchange && each.routingKey === routingKey,
            ),
    );
}

/** Queues that stay, and lose everybody at one of their ends. */
function lonelyQueues(comparison: Comparison): readonly ContractChange[] {
    const [was, is] = [endsOf(comparison.before), endsOf(comparison.after)];
    return comparison.after.topology.queues.flatMap(({ vhost, name }) => {
        if (comparison.before.queueNamed(vhost, name) === undefined) {
            return [];
        }
        const key = objectKey({ vhost, name });
        const id = objectId({ kind: "queue", vhost, name });
        const [consumer] = was.consumers.get(key) ?? [];
        const unconsumed =
            consumer !== undefined && !is.consumers.has(key)
                ? [
                      {
                          id: `unconsumed ${id}`,
                          kind: "unconsumed" as const,
                          service: consumer,
                          text: `nobody consumes queue "${name}" any more; service "${consumer}" did. What arrives stays until the queue is full`,
                          safeWay: contractRules.unconsumed.safeWay,
                          blocks: is.publishers.has(key),
                      },
                  ]
                : [];
        const [publisher] = was.publishers.get(key) ?? [];
        const starved =
            publisher !== undefined && !is.publishers.has(key) && is.consumers.has(key)
                ? [
                      {
                          id: `starved ${id}`,
                          kind: "starved" as const,
                          service: [...(is.consumers.get(key) ?? [])][0] ?? "",
                          text: `no declared message reaches queue "${name}" any more; service "${publisher}" sent some`,
                          safeWay: contractRules.starved.safeWay,
                          blocks: false,
                      },
                  ]
                : [];
        return [...unconsumed, ...starved];
    });
}

interface Ends {
    readonly consumers: ReadonlyMap<string, ReadonlySet<string>>;
    readonly publishers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Who consumes, and who fills, each queue, by its `objectKey`. */
function endsOf(side: TopologyView): Ends {
    const consumers = new Map<string, Set<string>>();
    const senders = new Map<string, Set<string>>();
    const add = (ends: Map<string, Set<string>>, queue: string, service: string): void => {
        ends.set(queue, (ends.get(queue) ?? new Set()).add(service));
    };
    for (const { vhost, name, publishes, consumes, calls, workload } of side.topology.services) {
        for (const { queue } of workload?.replicas === 0 ? [] : consumes) {
            add(consumers, objectKey({ vhost, name: queue }), name);
        }
        for (const { exchange, routingKey } of [...publishes, ...calls]) {
            for (const queue of side.routing({ vhost, exchange, routingKey }).queues) {
                add(senders, objectKey({ vhost, name: queue }), name);
            }
        }
    }
    return { consumers, publishers: senders };
}
