import { type BrokerFeatures, featuresOf } from "../broker/features.ts";
import { type Declaration, type QueueDeclaration } from "../declare/declaration.ts";
import {
    type Binding,
    type BrokerVersion,
    bindingKey,
    exchange,
    type Topology,
    usersOf,
    vhost,
} from "../model/index.ts";
import { capsOf } from "./cap.ts";
import type { CompiledQueue } from "./compiledQueue.ts";
import { permissionsOf, topicPermissionsOf } from "./permissions.ts";
import { compilePlainQueue } from "./plainQueue.ts";
import { exchangePolicy } from "./queuePolicy.ts";
import { compileWorkQueue } from "./workQueue.ts";

/**
 * Says a declaration in the mechanics of one broker version: queue types, policies, dead-letter and delay queues, permissions.
 *
 * Whatever a policy can set is set by a policy, since arguments are immutable: a changed argument replaces the queue, and its messages
 * are gone.
 */
export function compile(declaration: Declaration, brokerVersion: BrokerVersion): Topology {
    const features = featuresOf(brokerVersion);
    const compiled = declaration.queues.map((each) => ({
        declared: each,
        ...compileQueue(each, declaration, features),
    }));
    const retries = Object.fromEntries(
        compiled.flatMap(({ declared, retry }) => (retry === undefined ? [] : [[declared.name, retry]])),
    );
    const usesRetryExchange = compiled.some(({ retry }) => retry?.mode === "exchange");
    const declaredExchanges = [
        ...declaration.exchanges,
        ...(usesRetryExchange ? [declaration.retryExchange] : []),
    ];
    const exchanges = declaredExchanges.map(({ name, type }) => exchange(declaration.vhost, name, type));
    const context = {
        vhost: declaration.vhost,
        exchanges,
        deadLetterExchange: declaration.deadLetterExchange,
        retries,
    };

    return {
        brokerVersion,
        vhosts: [vhost(declaration.vhost)],
        exchanges: byName(exchanges),
        queues: byName(compiled.flatMap(({ queues }) => queues)),
        bindings: sortedBindings(compiled.flatMap(({ bindings }) => bindings)),
        policies: byName([
            ...compiled.flatMap(({ policies }) => policies),
            ...declaredExchanges.flatMap(({ name, alternate }) =>
                alternate === undefined
                    ? []
                    : [exchangePolicy(declaration.vhost, name, { "alternate-exchange": alternate })],
            ),
        ]),
        operatorPolicies: capsOf(
            declaration.vhost,
            compiled.flatMap(({ policies }) => policies),
        ),
        users: byName(
            declaration.services.flatMap((each) => usersOf(each).map((name) => ({ name, tags: each.tags }))),
        ),
        permissions: declaration.services
            .flatMap((each) => permissionsOf(each, context))
            .sort((a, b) => compareText(a.user, b.user)),
        topicPermissions: declaration.services
            .flatMap((each) => topicPermissionsOf(each, context))
            .sort((a, b) => compareText(`${a.user} ${a.exchange}`, `${b.user} ${b.exchange}`)),
        services: byName(declaration.services),
        retries,
    };
}

function compileQueue(
    each: QueueDeclaration,
    declaration: Declaration,
    features: BrokerFeatures,
): CompiledQueue {
    return each.purpose === "work"
        ? compileWorkQueue(each, declaration, features)
        : compilePlainQueue(each, declaration, features);
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
    return [...items].sort((a, b) => compareText(a.name, b.name));
}

function sortedBindings(bindings: readonly Binding[]): readonly Binding[] {
    return [...bindings].sort((a, b) => compareText(bindingKey(a), bindingKey(b)));
}

/** By code unit, so that the order is the same on every machine. */
function compareText(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

export { deadLetterQueueOf } from "./workQueue.ts";
