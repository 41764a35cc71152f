import { finiteTexts } from "../patterns/finiteTexts.ts";
import { literalNames } from "../patterns/policyPattern.ts";
import { canMatchTopic } from "../patterns/topicIntersection.ts";
import type { KnownHeaders } from "../routing/routingHeaders.ts";
import type { Source } from "../routing/routingIndex.ts";
import { nameMatcher } from "../view/nameMatcher.ts";

/** The routing keys that a message can have, including those in `CC` and `BCC`. Equal keys have the same `id`. */
export type RoutingKeys =
    /** One or more of these. */
    | {
          readonly kind: "listed";
          readonly keys: readonly string[];
          readonly id: string;
          /** All keys of the message, if these are those that a binding has not matched. */
          readonly from?: RoutingKeys;
      }
    /** Any that match a topic permission and no binding of these exchanges. */
    | {
          readonly kind: "matching";
          /** @default - every routing key */
          readonly pattern?: string;
          readonly allows?: (key: string) => boolean;
          readonly unmatchedBy: readonly Source[];
          readonly id: string;
          readonly from?: RoutingKeys;
      };

export const anyKey: RoutingKeys = { kind: "matching", unmatchedBy: [], id: "*" };

export function listedKeys(all: Iterable<string>): RoutingKeys {
    const keys = [...new Set(all)].sort();
    return { kind: "listed", keys, id: JSON.stringify(keys) };
}

/** The routing keys that a topic permission allows. */
export function keysMatching(pattern: string): RoutingKeys {
    const literal = pattern === "" ? [""] : (literalNames(pattern) ?? finiteTexts(pattern));
    return literal === undefined
        ? { kind: "matching", pattern, allows: nameMatcher(pattern).test, unmatchedBy: [], id: `~${pattern}` }
        : listedKeys(literal);
}

const noHeaders: KnownHeaders = { values: {}, mayHaveOthers: false };
const anyHeaders: KnownHeaders = { values: {}, mayHaveOthers: true };

/** Whether a message can have a routing key. */
export function canHaveKey(keys: RoutingKeys, key: string): boolean {
    return keys.kind === "listed"
        ? keys.keys.includes(key)
        : keys.allows?.(key) !== false &&
              keys.unmatchedBy.every(({ select }) => select([key], noHeaders).length === 0);
}

/** The bindings of an exchange that a message with such keys, and any headers, can match. */
export function possibleBindings(source: Source, keys: RoutingKeys): Source["bindings"] {
    const { routing, bindings, select } = source;
    switch (routing) {
        case "headers":
            return select([], anyHeaders);
        case "fanout":
        case "unknown":
            return bindings;
        case "direct":
        case "topic":
        case "reverseTopic":
            if (keys.kind === "listed") {
                return [...new Set(select(keys.keys, noHeaders))];
            }
            if (keys.id === anyKey.id || routing === "reverseTopic") {
                return bindings;
            }
            return bindings.filter(({ routingKey }) =>
                routing === "direct" || !isWild(routingKey)
                    ? canHaveKey(keys, routingKey)
                    : canHaveTopic(keys, routingKey),
            );
    }
}

function canHaveTopic(
    { pattern, unmatchedBy }: Extract<RoutingKeys, { readonly kind: "matching" }>,
    bindingKey: string,
): boolean {
    const isTaken = unmatchedBy.some(
        ({ routing, bindings }) =>
            routing === "topic" && bindings.some(({ routingKey }) => routingKey === bindingKey),
    );
    return !isTaken && (pattern === undefined || canMatchTopic(pattern, bindingKey));
}

/** The keys of the messages that no binding of an exchange matches; `undefined` if every message matches one. */
export function unmatchedKeys(source: Source, keys: RoutingKeys): RoutingKeys | undefined {
    const { routing, bindings, select } = source;
    if (bindings.length === 0) {
        return keys;
    }
    switch (routing) {
        case "unknown":
            return keys;
        case "fanout":
            return undefined;
        case "headers":
            return select([], noHeaders).length === 0 ? keys : undefined;
        case "direct":
        case "topic":
        case "reverseTopic":
            if (keys.kind === "listed") {
                const rest = keys.keys.filter((key) => select([key], noHeaders).length === 0);
                return rest.length === 0
                    ? undefined
                    : rest.length === keys.keys.length
                      ? keys
                      : { ...listedKeys(rest), from: keys.from ?? keys };
            }
            return routing === "topic" && bindings.some(({ routingKey }) => /^#(?:\.#)*$/.test(routingKey))
                ? undefined
                : routing === "reverseTopic" || keys.unmatchedBy.includes(source)
                  ? keys
                  : {
                        ...keys,
                        unmatchedBy: [...keys.unmatchedBy, source],
                        id: `${keys.id}\u0000${source.exchange.name}`,
                        from: keys.from ?? keys,
                    };
    }
}

function isWild(bindingKey: string): boolean {
    return bindingKey.split(".").some((word) => word === "*" || word === "#");
}
