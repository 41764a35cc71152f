import { bindingPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const ignoredRoutingKey: CheckRule = {
    id: "ignoredRoutingKey",
    severity: "note",
    reason: "A fanout or headers exchange does not look at routing keys, so the key of a binding promises a choice that is not made.",
    fix: "Bind with an empty key, or make the exchange direct or topic.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#fanout",
    check: ({ topology, exchangeNamed }) =>
        topology.bindings.flatMap((each) => {
            const type = exchangeNamed(each.vhost, each.source)?.type;
            return each.routingKey !== "" && (type === "fanout" || type === "headers")
                ? [
                      {
                          place: bindingPlace(each),
                          message: `has key "${each.routingKey}", which a ${type} exchange does not look at`,
                          fix: "bind with an empty key, or make the exchange direct or topic",
                      },
                  ]
                : [];
        }),
};
