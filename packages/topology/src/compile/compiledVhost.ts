import { type BrokerFeatures, featuresOf } from "../broker/features.ts";
import type { Declaration, ExchangeDeclaration } from "../declare/declaration.ts";
import type { QueueDeclaration } from "../declare/queueDeclaration.ts";
import {
    type BrokerVersion,
    type Exchange,
    emptyTopology,
    exchange,
    type PolicyDefinition,
    type Service,
    type Topology,
} from "../model/index.ts";
import { router } from "../routing/routing.ts";
import { capsOf } from "./cap.ts";
import type { CompiledQueue } from "./compiledQueue.ts";
import { permissionsOf, topicPermissionsOf } from "./permissions.ts";
import { compilePlainQueue } from "./plainQueue.ts";
import { exchangePolicy } from "./queuePolicy.ts";
import { redrivenQueues } from "./redrive.ts";
import { isCaller, replyStreams, withReplies } from "./replies.ts";
import { compileSingleQueue } from "./singleQueue.ts";
import { compileWorkQueue } from "./workQueue.ts";

/** The objects that a declaration is compiled to, except for users, which can have permissions in other virtual hosts too. */
export type CompiledVhost = Omit<Topology, "brokerVersion" | "vhosts" | "users">;

/** Compiles one virtual host to broker objects. */
export function compileVhost(declaration: Declaration, brokerVersion: BrokerVersion): CompiledVhost {
    const { vhost } = declaration;
    const features = featuresOf(brokerVersion);
    const redriven = redrivenQueues(declaration.queues, declaration.services);
    const compiled = declaration.queues.map((declared) => ({
        declared,
        ...compileQueue(declared, declaration, features, redriven.has(declared.name)),
    }));
    const retries = compiled.flatMap(({ declared, retry }) =>
        retry === undefined
            ? []
            : [
                  {
                      vhost,
                      queue: declared.name,
                      route: retry,
                      ...(redriven.has(declared.name) && { redriveExchange: declaration.retryExchange.name }),
                  },
              ],
    );
    const declaredExchanges = exchangesOf(declaration, {
        deadLetters: declaration.queues.some(({ purpose }) => purpose === "work"),
        returns: redriven.size > 0 || retries.some(({ route }) => route.mode === "exchange"),
        replies: declaration.services.some(isCaller),
    });
    const exchanges = declaredExchanges.map((each) => exchangeOf(vhost, each));
    const all = [...compiled, ...replyStreams(declaration)];
    const queues = all.flatMap((each) => each.queues);
    const queuePolicies = all.flatMap((each) => each.policies);
    const bindings = [...all.flatMap((each) => each.bindings), ...declaration.bindings];
    const policies = [
        ...queuePolicies,
        ...declaredExchanges.flatMap((each) => {
            const definition = definitionOf(each);
            return definition === undefined ? [] : [exchangePolicy(vhost, each.name, definition)];
        }),
    ];
    const services = servicesOf(declaration, {
        ...emptyTopology(brokerVersion),
        exchanges,
        queues,
        bindings,
        policies,
    });
    const context = {
        vhost,
        exchanges,
        deadLetterExchange: declaration.deadLetterExchange.name,
        redrivenBy: (service: Service) =>
            [...redrivenQueues(declaration.queues, [service])].map((routingKey) => ({
                exchange: declaration.retryExchange.name,
                routingKey,
            })),
        retries: new Map(retries.map(({ queue, route }) => [queue, route])),
    };
    return {
        exchanges,
        queues,
        bindings,
        policies,
        operatorPolicies: declaration.caps ? capsOf(vhost, queues, queuePolicies) : [],
        permissions: services.flatMap((each) => permissionsOf(each, context)),
        topicPermissions: services.flatMap((each) => topicPermissionsOf(each, context)),
        services,
        retries,
    };
}

/** The declared services; those that make calls or reply get what that needs. */
function servicesOf(declaration: Declaration, objects: Topology): readonly Service[] {
    const { vhost, services } = declaration;
    if (!services.some(isCaller)) {
        return services;
    }
    const route = router(objects);
    return withReplies(declaration, (call) => route({ vhost, ...call }));
}

function compileQueue(
    declared: QueueDeclaration,
    declaration: Declaration,
    features: BrokerFeatures,
    isRedriven: boolean,
): CompiledQueue {
    switch (declared.purpose) {
        case "work":
            return compileWorkQueue(declared, declaration, features, isRedriven);
        case "plain":
            return compilePlainQueue(declaration.vhost, declared);
        case "transient":
        case "requests":
        case "commands":
        case "parking":
            return compileSingleQueue(declaration.vhost, declared, features);
    }
}

/** The declared exchanges, and the compiler's own exchanges that are needed but not declared. */
function exchangesOf(
    { exchanges, deadLetterExchange, retryExchange, replyExchange }: Declaration,
    needed: { readonly deadLetters: boolean; readonly returns: boolean; readonly replies: boolean },
): readonly ExchangeDeclaration[] {
    const added = [
        ...(needed.deadLetters ? [deadLetterExchange] : []),
        ...(needed.returns ? [retryExchange] : []),
        ...(needed.replies ? [replyExchange] : []),
    ];
    return [...exchanges, ...added.filter(({ name }) => exchanges.every((each) => each.name !== name))];
}

function exchangeOf(
    vhost: string,
    { name, type, durable, autoDelete, internal, ...rest }: ExchangeDeclaration,
): Exchange {
    return exchange(vhost, name, type, { durable, autoDelete, internal, arguments: rest.arguments });
}

function definitionOf({ alternate, settings }: ExchangeDeclaration): PolicyDefinition | undefined {
    if (alternate !== undefined) {
        return { "alternate-exchange": alternate, ...settings };
    }
    return Object.keys(settings).length === 0 ? undefined : settings;
}
