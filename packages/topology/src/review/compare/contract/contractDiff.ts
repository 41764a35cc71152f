import { type InVhost, objectKey, type Service, type Topology } from "../../../model/index.ts";
import { compareText } from "../../../text/names.ts";
import { isUnroutable, unroutableText } from "../../../view/delivery.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import { type ChangedObject, objectId } from "../change.ts";
import { type Comparison, compareTopologies } from "../comparison.ts";
import type { PermissionChange } from "../permissions/permissionChange.ts";
import { permissionChanges } from "../permissions/permissionsDiff.ts";
import { blamedRouteChanges, type RouteChange } from "../routes/routingDiff.ts";
import { type ContractChange, contractChangeKinds, contractRules } from "./contractRule.ts";
import { prematureRevocations } from "./prematureRevocation.ts";

/** Objects that services use but the topology no longer has, and objects that services no longer use. Breaking changes come first. */
export function contractDiff(before: Topology, after: Topology): readonly ContractChange[] {
    const comparison = compareTopologies(before, after);
    const routing = blamedRouteChanges(comparison).map(({ change }) => change);
    return contractChanges({ comparison, routing, permissions: permissionChanges(comparison) });
}

/** As {@link contractDiff}, with routes and permissions that are compared already. */
export function contractChanges({
    comparison,
    routing,
    permissions,
}: {
    readonly comparison: Comparison;
    readonly routing: readonly RouteChange[];
    readonly permissions: readonly PermissionChange[];
}): readonly ContractChange[] {
    const known = new Set(violations(comparison.before).map(({ id }) => id));
    const parked = new Set(routing.filter(({ kind }) => kind === "parked").map(addressOf));
    const all = [
        ...violations(comparison.after, parked).filter(({ id }) => !known.has(id)),
        ...earlyRemovals(comparison),
        ...earlyUnbindings(comparison, routing),
        ...abandonedQueues(comparison),
        ...prematureRevocations(comparison, permissions),
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

/** The service in the ids of changes. */
function serviceId(service: InVhost): string {
    return objectId({ ...service, kind: "service" });
}

/**
 * Objects that services use but the topology does not have, and publications that are unroutable.
 * @param parked routes that are reported as changed already; they need no second approval
 */
function violations(side: TopologyView, parked: ReadonlySet<string> = new Set()): readonly ContractChange[] {
    const missing = (
        service: Service,
        kind: "vhost" | "queue" | "exchange",
        name: string,
        verb: string,
    ): ContractChange => {
        const what = `${kind === "vhost" ? "virtual host" : kind} "${name}"`;
        return {
            id: `missing ${what} for ${serviceId(service)}`,
            kind: "missing",
            vhost: service.vhost,
            service: service.name,
            subjects: [{ kind, vhost: kind === "vhost" ? "" : service.vhost, name }],
            text: `service "${service.name}" ${verb} ${what}, which does not exist`,
            safeWay: `Keep it until no service ${verb} it. ${contractRules.missing.safeWay}`,
            blocks: true,
        };
    };
    const vhosts = new Set(side.topology.vhosts.map(({ name }) => name));
    return side.topology.services.flatMap((service) => [
        ...(vhosts.has(service.vhost) ? [] : [missing(service, "vhost", service.vhost, "uses")]),
        ...readQueues(service)
            .filter(({ queue }) => side.queueNamed(service.vhost, queue) === undefined)
            .map(({ queue, verb }) => missing(service, "queue", queue, verb)),
        ...[...service.publishes, ...service.calls].flatMap(({ message, exchange, routingKey }) => {
            const { vhost } = service;
            if (exchange !== "" && side.exchangeNamed(vhost, exchange) === undefined) {
                return [missing(service, "exchange", exchange, "publishes to")];
            }
            const routing = side.routing({ vhost, exchange, routingKey });
            const { queues } = routing;
            const isReported = queues.length > 0 && parked.has(addressOf({ vhost, exchange, routingKey }));
            return !isReported && isUnroutable({ vhost, exchange, routingKey, queues }, side)
                ? [
                      {
                          id: `unroutable "${message}" of ${serviceId(service)}`,
                          kind: "unroutable" as const,
                          vhost,
                          service: service.name,
                          subjects: [],
                          route: { exchange, routingKey },
                          text: `service "${service.name}" publishes "${message}" to exchange "${exchange}" with routing key "${routingKey}", which is unroutable: ${unroutableText(routing)}`,
                          safeWay: `Bind a queue with routing key "${routingKey}" in the same or an earlier release.`,
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

/** Queues and exchanges that are deleted in the same release as their last use. If a use stays, the object is reported as missing instead. */
function earlyRemovals({ before, after }: Comparison): readonly ContractChange[] {
    const removedTooEarly = (
        service: Service,
        kind: "queue" | "exchange",
        name: string,
        verb: string,
    ): ContractChange => {
        const what = `${kind} "${name}"`;
        return {
            id: `removed too early: ${what} for ${serviceId(service)}`,
            kind: "removed too early",
            vhost: service.vhost,
            service: service.name,
            subjects: [{ kind, vhost: service.vhost, name }],
            text: `${what} is deleted in the same release in which service "${service.name}" stops using it; until the new version is deployed, the running version still ${verb} it`,
            safeWay: contractRules["removed too early"].safeWay,
            blocks: true,
        };
    };
    return before.topology.services.flatMap((service) => {
        const { vhost } = service;
        const serviceAfter = after.topology.services.find((each) => objectKey(each) === objectKey(service));
        const reads = new Set(
            serviceAfter === undefined ? [] : readQueues(serviceAfter).map(({ queue }) => queue),
        );
        const writes = new Set(
            [...(serviceAfter?.publishes ?? []), ...(serviceAfter?.calls ?? [])].map((each) => each.exchange),
        );
        return [
            ...service.consumes
                .filter(
                    ({ queue }) =>
                        before.queueNamed(vhost, queue) !== undefined &&
                        after.queueNamed(vhost, queue) === undefined &&
                        !reads.has(queue),
                )
                .map(({ queue }) => removedTooEarly(service, "queue", queue, "consumes")),
            ...[...service.publishes, ...service.calls]
                .filter(
                    ({ exchange }) =>
                        before.exchangeNamed(vhost, exchange) !== undefined &&
                        after.exchangeNamed(vhost, exchange) === undefined &&
                        !writes.has(exchange),
                )
                .map(({ exchange }) => removedTooEarly(service, "exchange", exchange, "publishes to")),
        ];
    });
}

/** Routing keys that lose their queue in the same release as their last publication. */
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
                      vhost,
                      service: service.name,
                      subjects: [],
                      route: { exchange, routingKey },
                      text: `routing key "${routingKey}" of exchange "${exchange}" loses its queue in the same release in which service "${service.name}" stops publishing with it; until the new version is deployed, the running version still publishes with it`,
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

/** Queues that stay, but lose all consumers or all publishers. */
function abandonedQueues(comparison: Comparison): readonly ContractChange[] {
    const [before, after] = [queueUsersOf(comparison.before), queueUsersOf(comparison.after)];
    return comparison.after.topology.queues.flatMap(({ vhost, name }) => {
        if (comparison.before.queueNamed(vhost, name) === undefined) {
            return [];
        }
        const key = objectKey({ vhost, name });
        const object: ChangedObject = { kind: "queue", vhost, name };
        const id = objectId(object);
        const [consumer] = before.consumers.get(key) ?? [];
        const unconsumed =
            consumer !== undefined && !after.consumers.has(key)
                ? [
                      {
                          id: `unconsumed ${id}`,
                          kind: "unconsumed" as const,
                          vhost,
                          subjects: [object],
                          service: consumer,
                          text: `queue "${name}" no longer has a consumer; service "${consumer}" consumed it. New messages stay until the queue is full`,
                          safeWay: contractRules.unconsumed.safeWay,
                          blocks: after.publishers.has(key),
                      },
                  ]
                : [];
        const [publisher] = before.publishers.get(key) ?? [];
        const starved =
            publisher !== undefined && !after.publishers.has(key) && after.consumers.has(key)
                ? [
                      {
                          id: `starved ${id}`,
                          kind: "starved" as const,
                          vhost,
                          subjects: [object],
                          service: [...(after.consumers.get(key) ?? [])][0] ?? "",
                          text: `no declared message reaches queue "${name}" any longer; service "${publisher}" published to it`,
                          safeWay: contractRules.starved.safeWay,
                          blocks: false,
                      },
                  ]
                : [];
        return [...unconsumed, ...starved];
    });
}

interface QueueUsers {
    readonly consumers: ReadonlyMap<string, ReadonlySet<string>>;
    readonly publishers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The consumers and the publishers of each queue, by its `objectKey`. */
function queueUsersOf(side: TopologyView): QueueUsers {
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
