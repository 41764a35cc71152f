import { isAtLeast } from "../../model/index.ts";
import { byteLength } from "../../text/byteLength.ts";
import { bindingPlace, servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const invalidRoutingKey: CheckRule = {
    id: "invalidRoutingKey",
    severity: "error",
    reason: "A routing key longer than 255 bytes cannot be published or bound. RabbitMQ 4.3 refuses topic bindings with more than two #, which are too expensive to match.",
    fix: "Shorten the routing key.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#topic",
    check: ({ topology, exchangeNamed, messageFlows, version }) => [
        ...topology.bindings.flatMap((each) => {
            const refused =
                hasManyHashes(each.routingKey) && exchangeNamed(each.vhost, each.source)?.type === "topic";
            const length = byteLength(each.routingKey);
            return length <= maxKeyBytes && !(refused && isAtLeast(version, "4.3"))
                ? []
                : [
                      {
                          place: bindingPlace(each),
                          message:
                              length > maxKeyBytes
                                  ? `has a routing key of ${length} bytes, but at most ${maxKeyBytes} are allowed`
                                  : `has routing key "${each.routingKey}" with more than two #, which RabbitMQ ${version} refuses`,
                          fix: "shorten the routing key",
                      },
                  ];
        }),
        ...messageFlows.sentMessages
            .filter(({ routingKey }) => byteLength(routingKey) > maxKeyBytes)
            .map(({ service, message, routingKey }) => ({
                place: servicePlace(service),
                message: `message "${message}" has a routing key of ${byteLength(routingKey)} bytes, but at most ${maxKeyBytes} are allowed`,
                fix: "shorten the routing key",
            })),
    ],
};

const maxKeyBytes = 255;

function hasManyHashes(key: string): boolean {
    return key.includes("#") && key.split(".").filter((word) => word === "#").length > 2;
}
