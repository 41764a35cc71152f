import { quotedFirst } from "../../text/names.ts";
import { exchangePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientExchange: CheckRule = {
    id: "transientExchange",
    severity: "warning",
    reason: "An exchange that is not durable, or deletes itself with its last binding, takes the bindings of durable queues with it: after a restart they get nothing more, without any error.",
    fix: "Declare the exchange durable and not auto-delete.",
    invariants: ["durableWork"],
    source: "https://www.rabbitmq.com/docs/exchanges#durability",
    check: ({ topology, bindingsFrom, queueNamed }) =>
        topology.exchanges
            .filter(({ durable, autoDelete }) => !durable || autoDelete)
            .flatMap((exchange) => {
                const fed = bindingsFrom(exchange)
                    .filter(
                        ({ vhost, destination, destinationType }) =>
                            destinationType === "queue" && queueNamed(vhost, destination)?.durable === true,
                    )
                    .map(({ destination }) => destination);
                return fed.length === 0
                    ? []
                    : [
                          {
                              place: exchangePlace(exchange),
                              message: `${exchange.durable ? "deletes itself with its last binding" : "is not durable"}, but feeds ${quotedFirst([...new Set(fed)])}`,
                              fix: "declare it durable and not auto-delete",
                          },
                      ];
            }),
};
