import { predeclared } from "../broker/routingIndex.js";
import { bindingPlace, exchangePlace, placeOf, queuePlace, servicePlace } from "./place.js";
import type { Subject } from "./subject.js";
import { homeVhost } from "./traffic.js";

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

/** Every virtual host has these without declaring them; an export leaves them out. */
export function isBuiltIn(exchange: string): boolean {
    return exchange === "" || Object.hasOwn(predeclared, exchange);
}

/** Whether something of this name is there. */
export type Exists = (kind: ReferenceKind, vhost: string, name: string) => boolean;

/** Every place where a topology names an object that must be declared elsewhere in it, and is not. */
export function* missingReferences(subject: Subject, exists: Exists): Iterable<Reference> {
    const { topology } = subject;
    for (const objects of [
        topology.exchanges,
        topology.queues,
        topology.policies,
        topology.operatorPolicies,
    ]) {
        for (const { vhost, name } of objects) {
            if (!exists("virtual host", vhost, vhost)) {
                yield {
                    place: `object "${name}"`,
                    role: "virtual host",
                    kind: "virtual host",
                    vhost,
                    name: vhost,
                };
            }
        }
    }
    for (const each of topology.bindings) {
        const { vhost, source, destination, destinationType } = each;
        if (!exists("exchange", vhost, source)) {
            yield { place: bindingPlace(each), role: "source", kind: "exchange", vhost, name: source };
        }
        if (!exists(destinationType, vhost, destination)) {
            const place = bindingPlace(each);
            yield { place, role: "destination", kind: destinationType, vhost, name: destination };
        }
    }
    yield* ofSettings(subject, exists);
    yield* ofServices(subject, exists);
    yield* ofPermissions(subject, exists);
}

function* ofSettings({ topology, effective, setting }: Subject, exists: Exists): Iterable<Reference> {
    const kind = "exchange";
    for (const queue of topology.queues) {
        const { vhost } = queue;
        const name = setting(queue, "dead-letter-exchange");
        if (typeof name === "string" && !exists(kind, vhost, name)) {
            yield { place: queuePlace(queue), role: "dead-letter exchange", kind, vhost, name };
        }
    }
    for (const exchange of topology.exchanges) {
        const { vhost } = exchange;
        const name = effective(exchange).settings.value("alternate-exchange");
        if (typeof name === "string" && !exists(kind, vhost, name)) {
            yield { place: exchangePlace(exchange), role: "alternate exchange", kind, vhost, name };
        }
    }
}

function* ofServices({ topology }: Subject, exists: Exists): Iterable<Reference> {
    const vhost = homeVhost(topology);
    for (const service of topology.services) {
        for (const { exchange: name } of [...service.publishes, ...service.calls]) {
            if (!exists("exchange", vhost, name)) {
                yield { place: servicePlace(service), role: "exchange", kind: "exchange", vhost, name };
            }
        }
        for (const name of [...service.consumes.map(({ queue }) => queue), ...service.inspects]) {
            if (!exists("queue", vhost, name)) {
                yield { place: servicePlace(service), role: "queue", kind: "queue", vhost, name };
            }
        }
    }
}

function* ofPermissions({ topology }: Subject, exists: Exists): Iterable<Reference> {
    for (const { user, vhost } of [...topology.permissions, ...topology.topicPermissions]) {
        const place = placeOf(vhost, "permission", user);
        if (!exists("user", vhost, user)) {
            yield { place, role: "user", kind: "user", vhost, name: user };
        }
        if (!exists("virtual host", vhost, vhost)) {
            yield { place, role: "virtual host", kind: "virtual host", vhost, name: vhost };
        }
    }
    for (const { user, vhost, exchange: name } of topology.topicPermissions) {
        if (name !== "" && !exists("exchange", vhost, name)) {
            const place = placeOf(vhost, "topic permission", user);
            yield { place, role: "exchange", kind: "exchange", vhost, name };
        }
    }
}
