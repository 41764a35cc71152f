import type { Queue } from "../../model/index.ts";
import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule } from "../rule.ts";

export const unroutedDeadLetters: CheckRule = {
    id: "unroutedDeadLetters",
    severity: "error",
    reason: "The dead letters of a queue reach no queue: the broker drops them silently, or keeps them in their queue for ever when it moves them at least once.",
    fix: "Bind a dead-letter queue to the dead-letter exchange with the key that dead letters have.",
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
                          message: `dead letters of "${queue.name}" reach no queue through exchange "${exchange}" with ${quotedFirst(lost) || "any key"}`,
                          fix:
                              exchange === ""
                                  ? 'set "dead-letter-routing-key" to the name of a dead-letter queue'
                                  : `bind a dead-letter queue to "${exchange}" with that key`,
                      },
                  ];
        }),
};

/** The keys with which dead letters go nowhere; none where no key helps; `undefined` where all is well, as far as that can be known. */
function lostKeys(view: TopologyView, queue: Queue): readonly string[] | undefined {
    const {
        deadLetters,
        deadLettersWith,
        exchangeNamed,
        bindingsFrom,
        bindingsTo,
        alternateOf,
        configured: said,
    } = view;
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
    if (said(queue, "dead-letter-routing-key") !== undefined) {
        return hop.queues.length === 0 ? hop.routingKeys : undefined;
    }
    // Kept keys are known as far as bindings spell them out: not with wildcards, nor where any key comes through.
    const spelt = bindingsTo(queue).filter(({ vhost, source, routingKey }) => {
        const type = exchangeNamed(vhost, source)?.type;
        return (type === "direct" || type === "topic") && !/[*#]/.test(routingKey);
    });
    const lost = spelt
        .map(({ routingKey }) => routingKey)
        .filter((key) => deadLettersWith(queue, key).length === 0);
    return lost.length === 0 ? undefined : [...new Set(lost)].sort();
}
