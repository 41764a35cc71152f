import { isAtLeast } from "../../model/index.ts";
import { byteLength } from "../../text/byteLength.ts";
import { bindingPlace, servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const invalidRoutingKey: CheckRule = {
    id: "invalidRoutingKey",
    severity: "error",
    reason: "A routing key longer than 255 bytes cannot be sent at all, and RabbitMQ 4.3 refuses topic bindings with more than two #, whose matching costs too much.",
    fix: "Shorten the key.",
    invariants: ["meaningfulBindingKeys"],
    source: "https://www.rabbitmq.com/docs/exchanges#topic",
    check: ({ topology, exchangeNamed, traffic, version }) => [
        ...topology.bindings.flatMap((each) => {
            const refused =
                hasManyHashes(each.routingKey) && exchangeNamed(each.vhost, each.source)?.type === "topic";
            const length = byteLength(each.routingKey);
            return length <= longestKey && !(refused && isAtLeast(version, "4.3"))
                ? []
                : [
                      {
                          place: bindingPlace(each),
                          message:
                              length > longestKey
                                  ? `has a key of ${length} bytes; ${longestKey} are allowed`
                                  : `has key "${each.routingKey}" with more than two #, which RabbitMQ ${version} refuses`,
                          fix: "shorten the key",
                      },
                  ];
        }),
        ...traffic.sentMessages
            .filter(({ routingKey }) => byteLength(routingKey) > longestKey)
            .map(({ service, message, routingKey }) => ({
                place: servicePlace(service),
                message: `message "${message}" has a key of ${byteLength(routingKey)} bytes; ${longestKey} are allowed`,
                fix: "shorten the key",
            })),
    ],
};

const longestKey = 255;

function hasManyHashes(key: string): boolean {
    return key.includes("#") && key.split(".").filter((word) => word === "#").length > 2;
}
