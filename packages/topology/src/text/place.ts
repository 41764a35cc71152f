import {
    type Binding,
    type Exchange,
    type Parameter,
    parameterKind,
    parameterName,
    type Queue,
} from "../model/index.ts";

/** The name of an object in findings: `vhost "spot": queue "result-processor"`. */
export function placeOf(vhost: string, kind: string, name: string): string {
    return `vhost "${vhost}": ${kind} "${name}"`;
}

export function queuePlace({ vhost, name }: Pick<Queue, "vhost" | "name">): string {
    return placeOf(vhost, "queue", name);
}

export function exchangePlace({ vhost, name }: Pick<Exchange, "vhost" | "name">): string {
    return placeOf(vhost, "exchange", name);
}

export function bindingPlace({ vhost, source, destination, routingKey }: Binding): string {
    return placeOf(vhost, "binding", `${source} -> ${destination} (${routingKey})`);
}

export function parameterPlace(each: Omit<Parameter, "value">): string {
    return placeOf(each.vhost, parameterKind(each), parameterName(each));
}

export function shovelPlace({ vhost, name }: Pick<Parameter, "name" | "vhost">): string {
    return placeOf(vhost, "shovel", name);
}

export function servicePlace({ name }: { readonly name: string }): string {
    return `service "${name}"`;
}

/** A service has several users while its password changes over. Users with the service's own name are left out. */
export function userPlace(service: { readonly name: string }, user: string): string {
    return user === service.name ? servicePlace(service) : `${servicePlace(service)}: user "${user}"`;
}
