import { bindingPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const ignoredRoutingKey: CheckRule = {
    id: "ignoredRoutingKey",
    severity: "note",
    reason: "A fanout or headers exchange ignores routing keys, so the routing key of the binding has no effect.",
    fix: "Bind with an empty routing key, or use a direct or topic exchange.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#fanout",
    check: ({ topology, exchangeNamed }) =>
        topology.bindings.flatMap((each) => {
            const type = exchangeNamed(each.vhost, each.source)?.type;
            return each.routingKey !== "" && (type === "fanout" || type === "headers")
                ? [
                      {
                          place: bindingPlace(each),
                          message: `has routing key "${each.routingKey}", which a ${type} exchange ignores`,
                          fix: "bind with an empty routing key, or use a direct or topic exchange",
                      },
                  ]
                : [];
        }),
};
