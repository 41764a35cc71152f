import { bindingPlace, exchangePlace, placeOf, queuePlace, servicePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";

export type ReferenceKind = "virtual host" | "user" | "exchange" | "queue";

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
