import { exchangePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unboundExchange: CheckRule = {
    id: "unboundExchange",
    severity: "note",
    reason: "Nothing is bound to the exchange and it has no alternate: whatever is published to it is dropped.",
    fix: "Bind a queue, give it an alternate exchange, or remove it.",
    invariants: ["routedPublications", "existingReferences"],
    source: "https://www.rabbitmq.com/docs/ae",
    check: ({ topology, bindingsFrom, alternateOf }) =>
        topology.exchanges
            .filter((exchange) => bindingsFrom(exchange).length === 0 && alternateOf(exchange) === undefined)
            .map((exchange) => ({
                place: exchangePlace(exchange),
                message: "has no binding and no alternate exchange, so it drops everything",
                fix: "bind a queue, give it an alternate exchange, or remove it",
            })),
};
