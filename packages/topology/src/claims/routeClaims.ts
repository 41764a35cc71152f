import { routingOf } from "../broker/exchangeTypes.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import { builtInExchange } from "../model/builtInExchange.ts";
import type { Arguments, Exchange, Topology } from "../model/index.ts";
import { type Routing, routes } from "../routing/routing.ts";
import { quoted } from "../text/names.ts";
import type { HandlesUnroutable, Routes } from "./claim.ts";

interface Example {
    readonly vhost: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly headers: Arguments;
}

/**
 * Where messages arrive: one example for each message that a service publishes and for each binding of an exchange. Exchanges whose routing
 * only a plugin knows, or that choose at random, have no claim.
 */
export function routeClaims(topology: Topology): readonly (Routes | HandlesUnroutable)[] {
    const route = routes(topology);
    const examples = new Map<string, Example>();
    for (const example of [...published(topology), ...bound(topology)]) {
        examples.set(JSON.stringify(example), example);
    }
    const known = [...examples.values()].flatMap((example): readonly Routes[] => {
        const routing = route(example);
        const { queues } = routing;
        return !isCertain(routing) || queues.length === 0
            ? []
            : [
                  {
                      ...{ kind: "routes", ...example, queues },
                      sentence: `a message to exchange "${example.exchange}" ${conditions(example)} reaches ${quoted(queues)} and no other queue`,
                  },
              ];
    });
    return [...known, ...topology.exchanges.flatMap((exchange) => unroutable(exchange, route))];
}

function isCertain({ unknown, choices, leaving }: Routing): boolean {
    return unknown.length === 0 && choices.length === 0 && leaving.length === 0;
}

function conditions({ routingKey, headers }: Example): string {
    return Object.keys(headers).length === 0
        ? `with key "${routingKey}"`
        : `with the headers ${JSON.stringify(headers)}`;
}

function published({ services }: Topology): readonly Example[] {
    return services.flatMap(({ vhost, publishes, calls }) =>
        [...publishes, ...calls].map(({ exchange, routingKey }) => ({
            ...{ vhost, exchange, routingKey },
            headers: {},
        })),
    );
}

/** A word that no binding contains on purpose. */
const anyWord = "any-word";

function bound(topology: Topology): readonly Example[] {
    const { exchangeNamed } = topologyIndex(topology);
    return topology.bindings.flatMap(({ vhost, source, routingKey, arguments: values }) => {
        const exchange = exchangeNamed(vhost, source);
        if (exchange === undefined || exchange.internal) {
            return [];
        }
        const { routing } = routingOf(exchange);
        const example = { vhost, exchange: source, routingKey, headers: {} };
        if (routing === "topic") {
            return [{ ...example, routingKey: matching(routingKey) }];
        }
        if (routing === "headers") {
            const headers = Object.fromEntries(
                Object.entries(values).filter(([key]) => !key.startsWith("x-")),
            );
            return [{ ...example, headers }];
        }
        return [example];
    });
}

/** A routing key that a topic pattern matches. */
function matching(pattern: string): string {
    return pattern
        .split(".")
        .flatMap((word) => (word === "#" ? [] : [word === "*" ? anyWord : word]))
        .join(".");
}

/** A routing key that no binding contains on purpose. */
const unboundKey = "no-binding.has-this-key";

function unroutable(exchange: Exchange, route: ReturnType<typeof routes>): readonly HandlesUnroutable[] {
    const { vhost, name, internal } = exchange;
    if (internal || builtInExchange(vhost, name) !== undefined) {
        return [];
    }
    const example = { vhost, exchange: name, routingKey: unboundKey, headers: {} };
    const routing = route(example);
    const { queues, paths } = routing;
    const isAlternate = paths.every(({ hops: [first] }) => first?.via === "alternate");
    return !isCertain(routing) || !isAlternate
        ? []
        : [
              {
                  ...{ kind: "handlesUnroutable", vhost, exchange: name, routingKey: unboundKey, queues },
                  sentence:
                      queues.length === 0
                          ? `a mandatory message to exchange "${name}" that no binding matches is returned`
                          : `a message to exchange "${name}" that no binding matches arrives in ${quoted(queues)}`,
              },
          ];
}
