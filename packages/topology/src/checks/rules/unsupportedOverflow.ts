import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unsupportedOverflow: CheckRule = {
    id: "unsupportedOverflow",
    severity: "error",
    reason: "Only classic queues can refuse a publisher and dead-letter what they refuse: on a quorum queue the setting is not supported, and the queue drops its oldest messages instead.",
    fix: 'Set "overflow" to "reject-publish", or to "drop-head" with a dead-letter exchange.',
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/docs/quorum-queues#feature-matrix",
    check: ({ topology, configured: said }) =>
        topology.queues
            .filter((queue) => queue.type === "quorum" && said(queue, "overflow") === "reject-publish-dlx")
            .map((queue) => ({
                place: queuePlace(queue),
                message: 'has overflow "reject-publish-dlx", which a quorum queue does not support',
                fix: 'set "overflow" to "reject-publish", or to "drop-head" with a dead-letter exchange',
            })),
};
