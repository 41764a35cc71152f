import { federationOf, federationReference } from "../../links/federation.ts";
import { linksOf } from "../../links/links.ts";
import type { ShovelEnd } from "../../links/shovel.ts";
import type { Topology } from "../../model/index.ts";
import {
    bindingPlace,
    exchangePlace,
    parameterPlace,
    placeOf,
    queuePlace,
    servicePlace,
    shovelPlace,
} from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";

export type ReferenceKind =
    | "virtual host"
    | "user"
    | "exchange"
    | "queue"
    | "federation upstream"
    | "federation upstream set";

/** A reference by name from one object to another. */
export interface Reference {
    readonly place: string;
    /** The role of the name: `dead-letter exchange`. */
    readonly role: string;
    readonly kind: ReferenceKind;
    readonly vhost: string;
    readonly name: string;
    /** The object's own name, if it is of the same kind: it cannot be meant. */
    readonly own?: string;
}

/** Whether an object with this name exists. */
export type Exists = (kind: ReferenceKind, vhost: string, name: string) => boolean;

/** Checks one reference. The place is computed only for a missing one, because nearly all exist. */
type CheckReference = (
    kind: ReferenceKind,
    vhost: string,
    name: string,
    role: string,
    place: () => string,
    own?: string,
) => void;

/** Every reference to an object that the topology does not declare. */
export function missingReferences(view: TopologyView, exists: Exists): readonly Reference[] {
    const missing: Reference[] = [];
    const checkReference: CheckReference = (kind, vhost, name, role, place, own) => {
        if (!exists(kind, vhost, name)) {
            missing.push({ place: place(), role, kind, vhost, name, ...(own !== undefined && { own }) });
        }
    };
    checkObjects(view, checkReference);
    checkSettings(view, checkReference);
    checkServices(view, checkReference);
    checkPermissions(view, checkReference);
    checkLinks(view, checkReference);
    return missing;
}

function checkObjects({ topology }: TopologyView, checkReference: CheckReference): void {
    const { exchanges, queues, policies, operatorPolicies, bindings } = topology;
    for (const objects of [exchanges, queues, policies, operatorPolicies]) {
        for (const { vhost, name } of objects) {
            checkReference("virtual host", vhost, vhost, "virtual host", () => `object "${name}"`);
        }
    }
    for (const each of bindings) {
        const { vhost, source, destination, destinationType } = each;
        const place = (): string => bindingPlace(each);
        checkReference("exchange", vhost, source, "source", place);
        checkReference(
            destinationType,
            vhost,
            destination,
            "destination",
            place,
            destinationType === "exchange" ? source : undefined,
        );
    }
}

function checkSettings({ topology, effective, setting }: TopologyView, checkReference: CheckReference): void {
    for (const queue of topology.queues) {
        const name = setting(queue, "dead-letter-exchange");
        if (typeof name === "string") {
            checkReference("exchange", queue.vhost, name, "dead-letter exchange", () => queuePlace(queue));
        }
    }
    for (const exchange of topology.exchanges) {
        const name = effective(exchange).settings.value("alternate-exchange");
        if (typeof name === "string") {
            checkReference(
                "exchange",
                exchange.vhost,
                name,
                "alternate exchange",
                () => exchangePlace(exchange),
                exchange.name,
            );
        }
    }
}

function checkServices({ topology }: TopologyView, checkReference: CheckReference): void {
    for (const service of topology.services) {
        const { vhost } = service;
        checkReference("virtual host", vhost, vhost, "virtual host", () => servicePlace(service));
        const place = (): string => servicePlace(service);
        for (const { exchange } of [...service.publishes, ...service.calls]) {
            checkReference("exchange", vhost, exchange, "exchange", place);
        }
        for (const queue of [...service.consumes.map((each) => each.queue), ...service.inspects]) {
            checkReference("queue", vhost, queue, "queue", place);
        }
    }
}

function checkLinks({ topology, version }: TopologyView, checkReference: CheckReference): void {
    const { parameters = [], policies } = topology;
    for (const each of parameters) {
        checkReference("virtual host", each.vhost, each.vhost, "virtual host", () => parameterPlace(each));
    }
    for (const { vhost, name, definition } of policies) {
        const reference = federationReference(definition);
        if (reference !== undefined && reference.kind !== "pattern") {
            const kind = reference.kind === "upstream" ? "federation upstream" : "federation upstream set";
            checkReference(kind, vhost, reference.name, kind, () => placeOf(vhost, "policy", name));
        }
    }
    for (const { vhost, name, upstreams } of federationOf(topology, version).sets) {
        for (const upstream of upstreams) {
            checkReference("federation upstream", vhost, upstream, "federation upstream", () =>
                placeOf(vhost, "federation upstream set", name),
            );
        }
    }
    for (const shovel of linksOf(topology).shovels) {
        const place = (): string => shovelPlace(shovel);
        checkShovelEnd(shovel.source, "source", topology, place, checkReference);
        checkShovelEnd(shovel.destination, "destination", topology, place, checkReference);
    }
}

/** A shovel declares its queues, unless they are predeclared. Of a virtual host that is not declared here, nothing is known but its name. */
function checkShovelEnd(
    { vhost, object, broker, protocol, isPredeclared }: ShovelEnd,
    side: string,
    { vhosts, users }: Pick<Topology, "users" | "vhosts">,
    place: () => string,
    checkReference: CheckReference,
): void {
    if (vhost === undefined) {
        return;
    }
    // Measured on 4.3.6: without a user, the protocol "local" takes guest, and AMQP 0.9.1 needs none.
    if (protocol === "local" && !/^amqps?:\/\/[^/?#]*@/i.test(broker.text) && users.length > 0) {
        checkReference(
            "user",
            vhost,
            "guest",
            `the URI of the ${side} names no user, and the default user`,
            place,
        );
    }
    if (!vhosts.some(({ name }) => name === vhost)) {
        if (broker.vhost !== undefined) {
            checkReference("virtual host", vhost, vhost, `virtual host of the ${side}`, place);
        }
        return;
    }
    if (object !== undefined && object.name !== "" && (object.kind === "exchange" || isPredeclared)) {
        checkReference(object.kind, vhost, object.name, `${side} ${object.kind}`, place);
    }
}

function checkPermissions({ topology }: TopologyView, checkReference: CheckReference): void {
    for (const { user, vhost } of [...topology.permissions, ...topology.topicPermissions]) {
        const place = (): string => placeOf(vhost, "permission", user);
        checkReference("user", vhost, user, "user", place);
        checkReference("virtual host", vhost, vhost, "virtual host", place);
    }
    for (const { user, vhost, exchange } of topology.topicPermissions) {
        if (exchange !== "") {
            checkReference("exchange", vhost, exchange, "exchange", () =>
                placeOf(vhost, "topic permission", user),
            );
        }
    }
}
