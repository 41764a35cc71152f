import { predeclared } from "../broker/routingIndex.js";
import { bindingPlace, exchangePlace, placeOf, queuePlace, servicePlace } from "./place.js";
import type { Subject } from "./subject.js";
import { homeVhost } from "./traffic.js";

export type ReferenceKind = "virtual host" | "user" | "exchange" | "queue";

/** A name that something uses for something else. */
export interface Reference {
    /** Asked for only where something is wrong: almost every reference is right. */
    readonly place: () => string;
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

/**
 * Every place where a topology names an object that must be declared elsewhere in it. One after another: nobody keeps any of them, since almost
 * every one is right.
 */
export function* referencesOf(subject: Subject): Iterable<Reference> {
    const { topology } = subject;
    const { exchanges, queues, policies, operatorPolicies } = topology;
    for (const objects of [exchanges, queues, policies, operatorPolicies]) {
        for (const { vhost, name } of objects) {
            const place = (): string => `object "${name}"`;
            yield { place, role: "virtual host", kind: "virtual host", vhost, name: vhost };
        }
    }
    for (const each of topology.bindings) {
        const { vhost, source, destination, destinationType } = each;
        const place = (): string => bindingPlace(each);
        yield { place, role: "source", kind: "exchange", vhost, name: source };
        yield { place, role: "destination", kind: destinationType, vhost, name: destination };
    }
    yield* ofSettings(subject);
    yield* ofServices(subject);
    yield* ofPermissions(subject);
}

function* ofSettings({ topology, effective, setting }: Subject): Iterable<Reference> {
    for (const queue of topology.queues) {
        const name = setting(queue, "dead-letter-exchange");
        if (typeof name === "string") {
            const place = (): string => queuePlace(queue);
            yield { place, role: "dead-letter exchange", kind: "exchange", vhost: queue.vhost, name };
        }
    }
    for (const exchange of topology.exchanges) {
        const name = effective(exchange).settings.value("alternate-exchange");
        if (typeof name === "string") {
            const place = (): string => exchangePlace(exchange);
            yield { place, role: "alternate exchange", kind: "exchange", vhost: exchange.vhost, name };
        }
    }
}

function ofServices({ topology }: Subject): readonly Reference[] {
    const vhost = homeVhost(topology);
    return topology.services.flatMap((service) => {
        const place = (): string => servicePlace(service);
        const queueNames = [...service.consumes.map(({ queue }) => queue), ...service.inspects];
        return [
            ...[...service.publishes, ...service.calls].map(({ exchange }) => ({
                place,
                role: "exchange",
                kind: "exchange" as const,
                vhost,
                name: exchange,
            })),
            ...queueNames.map((name) => ({ place, role: "queue", kind: "queue" as const, vhost, name })),
        ];
    });
}

function ofPermissions({ topology }: Subject): readonly Reference[] {
    const ofRecords = [...topology.permissions, ...topology.topicPermissions].flatMap(({ user, vhost }) => {
        const place = (): string => placeOf(vhost, "permission", user);
        return [
            { place, role: "user", kind: "user" as const, vhost, name: user },
            { place, role: "virtual host", kind: "virtual host" as const, vhost, name: vhost },
        ];
    });
    const ofTopics = topology.topicPermissions
        .filter(({ exchange }) => exchange !== "")
        .map(({ user, vhost, exchange }) => ({
            place: () => placeOf(vhost, "topic permission", user),
            role: "exchange",
            kind: "exchange" as const,
            vhost,
            name: exchange,
        }));
    return [...ofRecords, ...ofTopics];
}
