import { bindingPlace, exchangePlace, placeOf, queuePlace, servicePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";

export type ReferenceKind = "virtual host" | "user" | "exchange" | "queue";

/** A name that something uses for something else. */
export interface Reference {
    readonly place: string;
    /** What the name is for: `dead-letter exchange`. */
    readonly role: string;
    readonly kind: ReferenceKind;
    readonly vhost: string;
    readonly name: string;
}

/** Whether something of this name is there. */
export type Exists = (kind: ReferenceKind, vhost: string, name: string) => boolean;

/** Looks at one reference; the place is asked for only where it is missing, as almost none is. */
type Look = (kind: ReferenceKind, vhost: string, name: string, role: string, place: () => string) => void;

/** Every place where a topology names an object that must be declared elsewhere in it, and is not. */
export function missingReferences(view: TopologyView, exists: Exists): readonly Reference[] {
    const missing: Reference[] = [];
    const look: Look = (kind, vhost, name, role, place) => {
        if (!exists(kind, vhost, name)) {
            missing.push({ place: place(), role, kind, vhost, name });
        }
    };
    lookAtObjects(view, look);
    lookAtSettings(view, look);
    lookAtServices(view, look);
    lookAtPermissions(view, look);
    return missing;
}

function lookAtObjects({ topology }: TopologyView, look: Look): void {
    const { exchanges, queues, policies, operatorPolicies, bindings } = topology;
    for (const objects of [exchanges, queues, policies, operatorPolicies]) {
        for (const { vhost, name } of objects) {
            look("virtual host", vhost, vhost, "virtual host", () => `object "${name}"`);
        }
    }
    for (const each of bindings) {
        const { vhost, source, destination, destinationType } = each;
        const place = (): string => bindingPlace(each);
        look("exchange", vhost, source, "source", place);
        look(destinationType, vhost, destination, "destination", place);
    }
}

function lookAtSettings({ topology, effective, setting }: TopologyView, look: Look): void {
    for (const queue of topology.queues) {
        const name = setting(queue, "dead-letter-exchange");
        if (typeof name === "string") {
            look("exchange", queue.vhost, name, "dead-letter exchange", () => queuePlace(queue));
        }
    }
    for (const exchange of topology.exchanges) {
        const name = effective(exchange).settings.value("alternate-exchange");
        if (typeof name === "string") {
            look("exchange", exchange.vhost, name, "alternate exchange", () => exchangePlace(exchange));
        }
    }
}

function lookAtServices({ topology }: TopologyView, look: Look): void {
    for (const service of topology.services) {
        const { vhost } = service;
        look("virtual host", vhost, vhost, "virtual host", () => servicePlace(service));
        const place = (): string => servicePlace(service);
        for (const { exchange } of [...service.publishes, ...service.calls]) {
            look("exchange", vhost, exchange, "exchange", place);
        }
        for (const queue of [...service.consumes.map((each) => each.queue), ...service.inspects]) {
            look("queue", vhost, queue, "queue", place);
        }
    }
}

function lookAtPermissions({ topology }: TopologyView, look: Look): void {
    for (const { user, vhost } of [...topology.permissions, ...topology.topicPermissions]) {
        const place = (): string => placeOf(vhost, "permission", user);
        look("user", vhost, user, "user", place);
        look("virtual host", vhost, vhost, "virtual host", place);
    }
    for (const { user, vhost, exchange } of topology.topicPermissions) {
        if (exchange !== "") {
            look("exchange", vhost, exchange, "exchange", () => placeOf(vhost, "topic permission", user));
        }
    }
}
