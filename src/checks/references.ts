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

/** Every place where a topology names an object that must be declared elsewhere in it. */
export function referencesOf(subject: Subject): readonly Reference[] {
    const { topology } = subject;
    const toVhost = [
        ...topology.exchanges,
        ...topology.queues,
        ...topology.policies,
        ...topology.operatorPolicies,
    ].map(({ vhost, name }) => ({
        place: () => `object "${name}"`,
        role: "virtual host",
        kind: "virtual host" as const,
        vhost,
        name: vhost,
    }));
    const ofBindings = topology.bindings.flatMap((each) => {
        const { vhost, source, destination, destinationType } = each;
        const place = (): string => bindingPlace(each);
        return [
            { place, role: "source", kind: "exchange" as const, vhost, name: source },
            { place, role: "destination", kind: destinationType, vhost, name: destination },
        ];
    });
    return [
        ...toVhost,
        ...ofBindings,
        ...ofSettings(subject),
        ...ofServices(subject),
        ...ofPermissions(subject),
    ];
}

function ofSettings({ topology, effective, setting }: Subject): readonly Reference[] {
    const reference = (
        place: () => string,
        role: string,
        vhost: string,
        name: unknown,
    ): readonly Reference[] =>
        typeof name === "string" ? [{ place, role, kind: "exchange", vhost, name }] : [];
    return [
        ...topology.queues.flatMap((queue) =>
            reference(
                () => queuePlace(queue),
                "dead-letter exchange",
                queue.vhost,
                setting(queue, "dead-letter-exchange"),
            ),
        ),
        ...topology.exchanges.flatMap((exchange) =>
            reference(
                () => exchangePlace(exchange),
                "alternate exchange",
                exchange.vhost,
                effective(exchange).settings.get("alternate-exchange")?.value,
            ),
        ),
    ];
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
