import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unansweredCall: CheckRule = {
    id: "unansweredCall",
    severity: "error",
    reason: "A service waits for replies, but the consumer of its requests does not reply: every call times out.",
    fix: "Declare that the consumer replies; this also lets it publish to the reply streams of its callers.",
    invariants: ["requestsExpire"],
    source: "https://www.rabbitmq.com/docs/direct-reply-to",
    check: ({ messageFlows }) =>
        messageFlows.sentMessages
            .filter(({ call }) => call !== undefined)
            .flatMap(({ service, vhost, message, queues }) =>
                queues.flatMap((name) =>
                    messageFlows
                        .consumptionsOf({ vhost, name })
                        .filter((consumption) => !consumption.service.replies)
                        .map((consumption) => ({
                            place: servicePlace(service),
                            message: `calls "${message}", but "${consumption.service.name}", which consumes "${name}", does not reply`,
                            fix: `declare that "${consumption.service.name}" replies`,
                        })),
                ),
            ),
};
