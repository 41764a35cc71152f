import { routingOf } from "../../broker/exchangeTypes.ts";
import type { Exchange } from "../../model/index.ts";
import { bindingPlace, servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const literalWildcard: CheckRule = {
    id: "literalWildcard",
    severity: "warning",
    reason: "The characters * and # are wildcards only in bindings of topic exchanges, and only as whole words between dots. Anywhere else they are plain characters, and the binding matches no usual routing key.",
    fix: "Use a topic exchange, and make the wildcard a whole word.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#topic",
    check: ({ topology, exchangeNamed, messageFlows }) => [
        ...topology.bindings.flatMap((each) => {
            const problem = problemOf(each.routingKey, exchangeNamed(each.vhost, each.source));
            return problem === undefined
                ? []
                : [
                      {
                          place: bindingPlace(each),
                          ...problem,
                      },
                  ];
        }),
        ...messageFlows.sentMessages
            .filter(({ routingKey }) => routingKey.split(".").some((word) => word === "*" || word === "#"))
            .map(({ service, message, routingKey }) => ({
                place: servicePlace(service),
                message: `message "${message}" is published with routing key "${routingKey}", in which a wildcard is a plain word`,
                fix: "publish with the actual words",
            })),
    ],
};

function problemOf(
    key: string,
    exchange: Exchange | undefined,
): { readonly message: string; readonly fix: string } | undefined {
    if (!/[*#]/.test(key) || exchange === undefined) {
        return undefined;
    }
    const { routing } = routingOf(exchange);
    const words = key.split(".");
    if (routing === "direct" && words.some((word) => word === "*" || word === "#")) {
        return {
            message: `has routing key "${key}", but a direct exchange has no wildcards`,
            fix: "use a topic exchange, or bind with each routing key",
        };
    }
    return routing === "topic" && words.some((word) => word.length > 1 && /[*#]/.test(word))
        ? {
              message: `has routing key "${key}", but a wildcard inside a word is a plain character`,
              fix: "make the wildcard a whole word",
          }
        : undefined;
}
