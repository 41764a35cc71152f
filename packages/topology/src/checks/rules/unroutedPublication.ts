import { servicePlace } from "../../text/place.ts";
import { isUnroutable, unroutableText } from "../../view/delivery.ts";
import type { CheckRule } from "../rule.ts";

export const unroutedPublication: CheckRule = {
    id: "unroutedPublication",
    severity: "error",
    reason: "No queue receives a message that a service publishes: the broker drops it, or routes it to the alternate exchange.",
    fix: "Bind a queue with that routing key, or stop publishing it.",
    invariants: ["routedPublications"],
    source: "https://www.rabbitmq.com/docs/publishers#unroutable",
    // An exchange that does not exist is danglingReference's finding.
    check: (view) =>
        view.messageFlows.sentMessages
            .filter((sent) => isUnroutable(sent, view))
            .map(({ service, vhost, message, exchange, routingKey }) => ({
                place: servicePlace(service),
                message: `message "${message}" to exchange "${exchange}" with routing key "${routingKey}" is unroutable: ${unroutableText(view.routing({ vhost, exchange, routingKey }))}`,
                fix:
                    exchange === ""
                        ? "declare a queue of that name, or stop publishing it"
                        : `bind a queue to "${exchange}" with that routing key, or stop publishing it`,
            })),
};
