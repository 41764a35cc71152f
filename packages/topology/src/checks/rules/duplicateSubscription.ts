import { groupBy } from "../../lookup/groups.ts";
import { quoted } from "../../text/names.ts";
import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const duplicateSubscription: CheckRule = {
    id: "duplicateSubscription",
    severity: "error",
    reason: "A service consumes the same message from two queues. It finds a queue by the name of the message, so that one of the two has no consumer.",
    fix: "Give each subscription a message of its own, or consume one queue that gets both.",
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
                    )}, and would find only one of them`,
                    fix: "give each subscription a message of its own",
                })),
        ),
};
