import { exchangeTypeSource, hasKnownBuild } from "../../broker/exchangeTypes.ts";
import { exchangePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const missingPlugin: CheckRule = {
    id: "missingPlugin",
    severity: "warning",
    reason: "A plugin that RabbitMQ does not ship has the exchange's type, and no build of it is known for this version: the broker refuses the exchange, and after an upgrade it routes no message.",
    fix: "Use a type of RabbitMQ, or install a build of the plugin for this version.",
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/docs/plugins#plugin-versions",
    check: ({ topology, version }) =>
        topology.exchanges.flatMap((exchange) => {
            const source = exchangeTypeSource(exchange.type, version);
            return source === undefined || hasKnownBuild(source, version)
                ? []
                : [
                      {
                          place: exchangePlace(exchange),
                          message: `has type "${exchange.type}", which needs the plugin ${source.plugin ?? ""}; no build of it for RabbitMQ ${version} is known`,
                          fix: `${replacements.get(exchange.type) ?? "use a type of RabbitMQ"}, or look for a release at ${source.home ?? ""}`,
                      },
                  ];
        }),
};

/** What to use instead of a plugin's type. */
const replacements: ReadonlyMap<string, string> = new Map([
    [
        "x-delayed-message",
        "delay messages in queues with a message TTL and a dead-letter exchange, or with the delayed retry of quorum queues",
    ],
    ["x-message-deduplication", "let the consumers recognise duplicates"],
    ["x-rtopic", "use a topic exchange, whose bindings have the patterns"],
    ["x-lvc", "use a stream, which consumers can read from the last message"],
]);
