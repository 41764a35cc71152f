import { servicePlace } from "../../text/place.ts";
import { isUnroutable, unroutableText } from "../../view/delivery.ts";
import type { CheckRule } from "../rule.ts";

export const unroutedPublication: CheckRule = {
    id: "unroutedPublication",
    severity: "error",
    reason: "A service publishes what no queue takes: the message is dropped, or ends among the unroutable ones.",
    fix: "Bind a queue with that key, or stop publishing it.",
    invariants: ["routedPublications"],
    source: "https://www.rabbitmq.com/docs/publishers#unroutable",
    // An exchange that does not exist is another rule's finding.
    check: (view) =>
        view.traffic.sentMessages
            .filter((sending) => isUnroutable(sending, view))
            .map(({ service, vhost, message, exchange, routingKey }) => ({
                place: servicePlace(service),
                message: `message "${message}" to exchange "${exchange}" with key "${routingKey}" is unroutable: ${unroutableText(view.routing({ vhost, exchange, routingKey }))}`,
                fix:
                    exchange === ""
                        ? "declare a queue of that name, or stop publishing it"
                        : `bind a queue to "${exchange}" with that key, or stop publishing it`,
            })),
};
