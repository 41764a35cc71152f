import { linksOf } from "../../links/links.ts";
import { exchangePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unboundExchange: CheckRule = {
    id: "unboundExchange",
    severity: "note",
    reason: "The exchange has no binding and no alternate exchange: every message that is published to it is dropped.",
    fix: "Bind a queue, set an alternate exchange, or remove the exchange.",
    invariants: ["routedPublications", "existingReferences"],
    source: "https://www.rabbitmq.com/docs/ae",
    check: ({ topology, bindingsFrom, alternateOf }) =>
        topology.exchanges
            .filter(
                (exchange) =>
                    bindingsFrom(exchange).length === 0 &&
                    alternateOf(exchange) === undefined &&
                    // A shovel binds a queue of its own, which is not exported.
                    linksOf(topology).fromExchange(exchange.vhost, exchange.name).length === 0,
            )
            .map((exchange) => ({
                place: exchangePlace(exchange),
                message: "has no binding and no alternate exchange, so it drops every message",
                fix: "bind a queue, set an alternate exchange, or remove the exchange",
            })),
};
