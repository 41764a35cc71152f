import { type ExchangeRouting, routingOf } from "../../broker/exchangeTypes.ts";
import { groupBy } from "../../lookup/groups.ts";
import { memoize } from "../../lookup/memoize.ts";
import type { Exchange, Queue } from "../../model/index.ts";
import { topicsOverlap } from "../../routing/topicOverlap.ts";
import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule } from "../rule.ts";

export const unroutedDeadLetters: CheckRule = {
    id: "unroutedDeadLetters",
    severity: "error",
    reason: "The dead letters of a queue reach no queue: the broker drops them silently, or keeps them in the source queue forever if dead-lettering is at-least-once.",
    fix: "Bind a dead-letter queue to the dead-letter exchange with the routing key of the dead letters.",
    invariants: ["deadLettersReachQueue"],
    source: "https://www.rabbitmq.com/docs/dlx#routing",
    check: (view) => {
        const boundKeys = memoize((exchange: Exchange) => boundKeysOf(view, exchange));
        return view.topology.queues.flatMap((queue) => {
            const exchange = view.deadLetters(queue)?.exchange;
            const lost = lostDeadLetters(view, queue, boundKeys);
            return exchange === undefined || lost === undefined
                ? []
                : [
                      {
                          place: queuePlace(queue),
                          message: `dead letters of "${queue.name}" reach no queue through exchange "${exchange}" with ${lost.keys.length === 0 ? "any routing key" : `routing key ${quotedFirst(lost.keys)}`}`,
                          fix:
                              exchange === ""
                                  ? 'set "dead-letter-routing-key" to the name of a dead-letter queue'
                                  : lost.bound === undefined
                                    ? `bind a dead-letter queue to "${exchange}" with that routing key`
                                    : `dead letters keep their routing keys: set "dead-letter-routing-key" to one that is bound, such as "${lost.bound}", or bind a dead-letter queue to "${exchange}" with theirs`,
                      },
                  ];
        });
    },
};

/** Dead letters that reach no queue. */
interface LostDeadLetters {
    /** Their routing keys, or patterns of them; empty if it is every key. */
    readonly keys: readonly string[];
    /** A routing key that the dead-letter exchange has a binding for. @default - not every dead letter is lost */
    readonly bound?: string;
}

/** The dead letters that are unroutable; `undefined` if none is known to be. */
function lostDeadLetters(
    view: TopologyView,
    queue: Queue,
    boundKeys: (exchange: Exchange) => BoundKeys,
): LostDeadLetters | undefined {
    const { deadLetters, deadLettersWith, exchangeNamed, bindingsFrom, bindingsTo, alternateOf, configured } =
        view;
    const hop = deadLetters(queue);
    const exchange = hop === undefined ? undefined : exchangeNamed(queue.vhost, hop.exchange);
    if (hop === undefined || (hop.exchange !== "" && exchange === undefined)) {
        return undefined; // no dead letters, or danglingReference's finding
    }
    const hasAlternate = exchange !== undefined && alternateOf(exchange) !== undefined;
    if (exchange !== undefined && bindingsFrom(exchange).length === 0 && !hasAlternate) {
        return { keys: [] };
    }
    if (configured(queue, "dead-letter-routing-key") !== undefined) {
        return hop.queues.length === 0 ? { keys: hop.routingKeys } : undefined;
    }
    // The routing keys that messages keep are known only from direct and topic bindings.
    const incoming = bindingsTo(queue).map(({ vhost, source, routingKey }) => ({
        routing: routingBy(exchangeNamed(vhost, source)),
        routingKey,
    }));
    const isKeyed = ({ routing }: { readonly routing: ExchangeRouting | undefined }): boolean =>
        routing === "direct" || routing === "topic";
    const isExact = ({ routing, routingKey }: (typeof incoming)[number]): boolean =>
        routing === "direct" || !/[*#]/.test(routingKey);
    const lost = incoming
        .filter((each) => isKeyed(each) && isExact(each))
        .map(({ routingKey }) => routingKey)
        .filter((key) => deadLettersWith(queue, key).length === 0);
    if (lost.length > 0) {
        return { keys: [...new Set(lost)].sort() };
    }
    if (
        exchange === undefined ||
        hasAlternate ||
        !isKeyed({ routing: routingBy(exchange) }) ||
        !incoming.every(isKeyed)
    ) {
        return undefined;
    }
    const patterns = incoming.filter((each) => !isExact(each)).map(({ routingKey }) => routingKey);
    const { canReceive, first } = boundKeys(exchange);
    // A publisher may also send to the queue by its name, through the default exchange.
    return patterns.length === incoming.length && ![queue.name, ...patterns].some(canReceive)
        ? { keys: [...new Set([...patterns, queue.name])].sort(), bound: first }
        : undefined;
}

function routingBy(exchange: Exchange | undefined): ExchangeRouting | undefined {
    return exchange === undefined ? undefined : routingOf(exchange).routing;
}

/** The binding keys of a direct or topic exchange. */
interface BoundKeys {
    /** Whether a routing key that matches a pattern of a topic exchange can match one of them. */
    readonly canReceive: (pattern: string) => boolean;
    readonly first: string;
}

function boundKeysOf({ bindingsFrom }: TopologyView, exchange: Exchange): BoundKeys {
    const keys = [...new Set(bindingsFrom(exchange).map(({ routingKey }) => routingKey))].sort();
    const isTopic = routingBy(exchange) === "topic";
    const isWild = (word: string): boolean => word === "*" || word === "#";
    const firstWord = (key: string): string => key.split(".", 1)[0] ?? "";
    const byFirstWord = groupBy(keys, (key) => (isTopic && isWild(firstWord(key)) ? "" : firstWord(key)));
    const wild = isTopic ? keys.filter((key) => isWild(firstWord(key))) : [];
    return {
        first: keys[0] ?? "",
        canReceive: memoize((pattern: string) => {
            const word = firstWord(pattern);
            const candidates = isWild(word) ? keys : [...(byFirstWord.get(word) ?? []), ...wild];
            return candidates.some((key) => topicsOverlap(pattern, key));
        }),
    };
}
