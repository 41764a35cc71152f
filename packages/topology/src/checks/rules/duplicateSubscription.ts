import { groupBy } from "../../lookup/groups.ts";
import { quoted } from "../../text/names.ts";
import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const duplicateSubscription: CheckRule = {
    id: "duplicateSubscription",
    severity: "error",
    reason: "A service consumes the same message from two queues. It looks up a queue by the name of the message, so one of the two queues has no consumer.",
    fix: "Give each subscription its own message, or consume one queue that receives both.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/consumers",
    check: ({ topology }) =>
        topology.services.flatMap((service) =>
            [...groupBy(service.consumes, ({ message }) => message)]
                .filter(([, subscriptions]) => subscriptions.length > 1)
                .map(([message, subscriptions]) => ({
                    place: servicePlace(service),
                    message: `consumes message "${message}" from queues ${quoted(
                        subscriptions.map(({ queue }) => queue),
                        " and ",
                    )}, but can look up only one of them by the message's name`,
                    fix: "give each subscription its own message",
                })),
        ),
};
