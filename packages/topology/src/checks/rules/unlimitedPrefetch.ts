import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unlimitedPrefetch: CheckRule = {
    id: "unlimitedPrefetch",
    severity: "error",
    reason: "A prefetch of zero means no limit: one consumer loads the whole queue into its memory, and the other consumers receive nothing.",
    fix: "Set the prefetch to the number of messages that one replica can process at a time.",
    invariants: ["fittingPrefetch"],
    source: "https://www.rabbitmq.com/docs/confirms#channel-qos-prefetch",
    check: ({ messageFlows }) =>
        messageFlows.consumptions
            .filter(({ subscription }) => subscription.prefetch <= 0)
            .map(({ service, subscription }) => ({
                place: servicePlace(service),
                message: `consumes "${subscription.queue}" with prefetch ${subscription.prefetch}, which means no limit`,
                fix: "set the prefetch to the number of messages that one replica can process at a time",
            })),
};
