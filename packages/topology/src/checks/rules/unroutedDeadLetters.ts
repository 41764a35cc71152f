import { routingOf } from "../../broker/exchangeTypes.ts";
import type { Queue } from "../../model/index.ts";
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
    check: (view) =>
        view.topology.queues.flatMap((queue) => {
            const exchange = view.deadLetters(queue)?.exchange;
            const lost = lostKeys(view, queue);
            return exchange === undefined || lost === undefined
                ? []
                : [
                      {
                          place: queuePlace(queue),
                          message: `dead letters of "${queue.name}" reach no queue through exchange "${exchange}" with ${lost.length === 0 ? "any routing key" : `routing key ${quotedFirst(lost)}`}`,
                          fix:
                              exchange === ""
                                  ? 'set "dead-letter-routing-key" to the name of a dead-letter queue'
                                  : `bind a dead-letter queue to "${exchange}" with that routing key`,
                      },
                  ];
        }),
};

/** The routing keys with which dead letters are unroutable; an empty list if every key is; `undefined` if none is known to be. */
function lostKeys(view: TopologyView, queue: Queue): readonly string[] | undefined {
    const { deadLetters, deadLettersWith, exchangeNamed, bindingsFrom, bindingsTo, alternateOf, configured } =
        view;
    const hop = deadLetters(queue);
    const exchange = hop === undefined ? undefined : exchangeNamed(queue.vhost, hop.exchange);
    if (hop === undefined || (hop.exchange !== "" && exchange === undefined)) {
        return undefined; // no dead letters, or danglingReference's finding
    }
    if (
        exchange !== undefined &&
        bindingsFrom(exchange).length === 0 &&
        alternateOf(exchange) === undefined
    ) {
        return [];
    }
    if (configured(queue, "dead-letter-routing-key") !== undefined) {
        return hop.queues.length === 0 ? hop.routingKeys : undefined;
    }
    // The routing keys that messages keep are known only from direct and topic bindings without wildcards.
    const literalBindings = bindingsTo(queue).filter(({ vhost, source, routingKey }) => {
        const object = exchangeNamed(vhost, source);
        const routing = object === undefined ? undefined : routingOf(object).routing;
        return (routing === "direct" || routing === "topic") && !/[*#]/.test(routingKey);
    });
    const lost = literalBindings
        .map(({ routingKey }) => routingKey)
        .filter((key) => deadLettersWith(queue, key).length === 0);
    return lost.length === 0 ? undefined : [...new Set(lost)].sort();
}
