import type { ExchangeType } from "../../model/index.ts";
import { bindingPlace, servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const literalWildcard: CheckRule = {
    id: "literalWildcard",
    severity: "warning",
    reason: "A * or # stands for words only in a binding of a topic exchange, and only as a whole word between dots: anywhere else it is a plain character, and the binding takes nothing.",
    fix: "Use a topic exchange, or write the wildcard as a word of its own.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#topic",
    check: ({ topology, exchangeNamed, traffic }) => [
        ...topology.bindings.flatMap((each) => {
            const problem = problemOf(each.routingKey, exchangeNamed(each.vhost, each.source)?.type);
            return problem === undefined
                ? []
                : [
                      {
                          place: bindingPlace(each),
                          message: problem,
                          fix: "use a topic exchange, or write the wildcard as a word of its own",
                      },
                  ];
        }),
        ...traffic.sentMessages
            .filter(({ routingKey }) => routingKey.split(".").some((word) => word === "*" || word === "#"))
            .map(({ service, message, routingKey }) => ({
                place: servicePlace(service),
                message: `message "${message}" is published with key "${routingKey}", whose wildcard is a plain word there`,
                fix: "publish with the words themselves",
            })),
    ],
};

function problemOf(key: string, type: ExchangeType | undefined): string | undefined {
    if (!/[*#]/.test(key)) {
        return undefined;
    }
    const words = key.split(".");
    if (type === "direct" && words.some((word) => word === "*" || word === "#")) {
        return `has key "${key}", but a direct exchange takes a wildcard literally`;
    }
    return type === "topic" && words.some((word) => word.length > 1 && /[*#]/.test(word))
        ? `has key "${key}", in which a wildcard inside a word is a plain character`
        : undefined;
}
