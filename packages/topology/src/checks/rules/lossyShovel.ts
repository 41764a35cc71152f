import { linksOf } from "../../links/links.ts";
import { shovelPlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const lossyShovel: CheckRule = {
    id: "lossyShovel",
    severity: "warning",
    reason: "With the acknowledgement mode no-ack, the broker deletes a message when it sends it to the shovel. Messages on their way are lost if a connection or the shovel fails.",
    fix: "Use the acknowledgement mode on-confirm.",
    invariants: ["boundedQueues"],
    source: "https://www.rabbitmq.com/docs/shovel-dynamic#parameters",
    check: ({ topology }) =>
        linksOf(topology)
            .shovels.filter(({ ackMode }) => ackMode === "no-ack")
            .map((shovel) => ({
                place: shovelPlace(shovel),
                message: 'has "ack-mode" "no-ack", so messages on their way are lost if it fails',
                fix: 'set "ack-mode" to "on-confirm", or remove it',
            })),
};
