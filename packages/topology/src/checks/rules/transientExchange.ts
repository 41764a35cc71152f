import { quotedFirst } from "../../text/names.ts";
import { exchangePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientExchange: CheckRule = {
    id: "transientExchange",
    severity: "warning",
    reason: "An exchange that is not durable is deleted by a restart, and an auto-delete exchange with its last binding. Its bindings are deleted too: durable queues then receive nothing, without any error.",
    fix: "Declare the exchange durable and not auto-delete.",
    invariants: ["durableWork"],
    source: "https://www.rabbitmq.com/docs/exchanges#durability",
    check: ({ topology, bindingsFrom, queueNamed }) =>
        topology.exchanges
            .filter(({ durable, autoDelete }) => !durable || autoDelete)
            .flatMap((exchange) => {
                const routed = bindingsFrom(exchange)
                    .filter(
                        ({ vhost, destination, destinationType }) =>
                            destinationType === "queue" && queueNamed(vhost, destination)?.durable === true,
                    )
                    .map(({ destination }) => destination);
                return routed.length === 0
                    ? []
                    : [
                          {
                              place: exchangePlace(exchange),
                              message: `${exchange.durable ? "is auto-delete" : "is not durable"}, but routes to ${quotedFirst([...new Set(routed)])}`,
                              fix: "declare it durable and not auto-delete",
                          },
                      ];
            }),
};
