import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unlimitedPrefetch: CheckRule = {
    id: "unlimitedPrefetch",
    severity: "error",
    reason: "A prefetch of zero has no limit: one consumer takes the whole queue into its memory, and the others get nothing.",
    fix: "Set the prefetch to what one replica can work on at once.",
    invariants: ["fittingPrefetch"],
    source: "https://www.rabbitmq.com/docs/confirms#channel-qos-prefetch",
    check: ({ traffic }) =>
        traffic.consumptions
            .filter(({ subscription }) => subscription.prefetch <= 0)
            .map(({ service, subscription }) => ({
                place: servicePlace(service),
                message: `consumes "${subscription.queue}" with prefetch ${subscription.prefetch}, which is no limit`,
                fix: "set the prefetch to what one replica can work on at once",
            })),
};
