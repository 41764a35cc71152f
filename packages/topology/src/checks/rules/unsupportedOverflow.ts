import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unsupportedOverflow: CheckRule = {
    id: "unsupportedOverflow",
    severity: "error",
    reason: "Only classic queues can dead-letter the messages that they reject. A quorum queue does not support reject-publish-dlx and drops its oldest messages instead.",
    fix: 'Set "overflow" to "reject-publish", or to "drop-head" with a dead-letter exchange.',
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#feature-matrix",
    check: ({ topology, configured }) =>
        topology.queues
            .filter(
                (queue) => queue.type === "quorum" && configured(queue, "overflow") === "reject-publish-dlx",
            )
            .map((queue) => ({
                place: queuePlace(queue),
                message: 'has overflow "reject-publish-dlx", which a quorum queue does not support',
                fix: 'set "overflow" to "reject-publish", or to "drop-head" with a dead-letter exchange',
            })),
};
