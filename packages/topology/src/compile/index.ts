import type { Declaration } from "../declare/declaration.ts";
import { DeclarationError } from "../declare/declarationError.ts";
import {
    type BrokerVersion,
    bindingKey,
    type InVhost,
    type Service,
    type Topology,
    type User,
    usersOf,
    vhost,
} from "../model/index.ts";
import { compareText } from "../text/names.ts";
import { collisionsOf } from "./collisions.ts";
import { type CompiledVhost, compileVhost } from "./compiledVhost.ts";

/**
 * Compiles declarations, each of one virtual host, to the objects of one broker version: queue types, policies, dead-letter and delay queues,
 * permissions. A service with the same name in several virtual hosts is one user with permissions in all of them.
 *
 * Every setting that a policy can set is set by policy, because arguments are immutable: changing one replaces the queue and deletes its
 * messages.
 * @throws DeclarationError if two objects have the same name
 */
export function compile(
    declared: Declaration | readonly Declaration[],
    brokerVersion: BrokerVersion,
): Topology {
    const declarations = [declared].flat();
    const compiled = declarations.map((each) => compileVhost(each, brokerVersion));
    const collisions = collisionsOf(
        declarations.map((each) => each.vhost),
        compiled,
    );
    if (collisions.length > 0) {
        throw new DeclarationError(collisions);
    }
    const all = <Item>(listOf: (part: CompiledVhost) => readonly Item[]): Item[] => compiled.flatMap(listOf);
    const services = all((part) => part.services);
    return {
        brokerVersion,
        vhosts: declarations.map((each) => vhost(each.vhost)).sort((a, b) => compareText(a.name, b.name)),
        exchanges: byName(all((part) => part.exchanges)),
        queues: byName(all((part) => part.queues)),
        bindings: all((part) => part.bindings).sort((a, b) => compareText(bindingKey(a), bindingKey(b))),
        policies: byName(all((part) => part.policies)),
        operatorPolicies: all((part) => part.operatorPolicies),
        users: usersOfAll(services),
        permissions: all((part) => part.permissions).sort(
            (a, b) => compareText(a.user, b.user) || compareText(a.vhost, b.vhost),
        ),
        topicPermissions: all((part) => part.topicPermissions).sort(
            (a, b) =>
                compareText(`${a.user} ${a.exchange}`, `${b.user} ${b.exchange}`) ||
                compareText(a.vhost, b.vhost),
        ),
        services: byName(services),
        retries: all((part) => part.retries).sort(
            (a, b) => compareText(a.vhost, b.vhost) || compareText(a.queue, b.queue),
        ),
    };
}

/** The users of all services without duplicates, each with the tags of every service that uses it. */
function usersOfAll(services: readonly Service[]): readonly User[] {
    const tags = new Map<string, User["tags"]>();
    for (const service of services) {
        for (const name of usersOf(service)) {
            tags.set(name, [...new Set([...(tags.get(name) ?? []), ...service.tags])]);
        }
    }
    return [...tags]
        .map(([name, each]) => ({ name, tags: each }))
        .sort((a, b) => compareText(a.name, b.name));
}

function byName<T extends InVhost>(items: readonly T[]): readonly T[] {
    return [...items].sort((a, b) => compareText(a.vhost, b.vhost) || compareText(a.name, b.name));
}
