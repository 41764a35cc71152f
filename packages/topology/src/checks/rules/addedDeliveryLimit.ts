import { queueSettings } from "../../broker/capabilities.ts";
import { asOf } from "../../broker/capability.ts";
import { valueText } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const addedDeliveryLimit: CheckRule = {
    id: "addedDeliveryLimit",
    severity: "warning",
    reason: "Quorum queues have a delivery limit of 20 by default from RabbitMQ 4.0 on; before, they had none. A message that is redelivered more often is dropped, or dead-lettered.",
    fix: "Set a dead-letter exchange, and the delivery limit that the consumers need.",
    invariants: ["limitedDelivery", "safeSettingChanges"],
    source: "https://github.com/rabbitmq/rabbitmq-server/blob/v4.0.5/release-notes/4.0.1.md",
    check: ({ topology, effective, deadLetters, version }) => {
        const capability = queueSettings["delivery-limit"];
        const before = topology.brokerVersion;
        if (capability === undefined || asOf(capability, before).default !== undefined) {
            return [];
        }
        return topology.queues.flatMap((queue) => {
            const limit = effective(queue).settings.get("delivery-limit");
            if (limit?.origin !== "default") {
                return [];
            }
            const exchange = deadLetters(queue)?.exchange;
            const fate = exchange === undefined ? "dropped" : `dead-lettered to exchange "${exchange}"`;
            return [
                {
                    ...(exchange !== undefined && { severity: "note" as const }),
                    place: queuePlace(queue),
                    message: `has no delivery limit on RabbitMQ ${before}, but "delivery-limit" ${valueText(limit.value)} by default on RabbitMQ ${version}: a message that was redelivered ${valueText(limit.value)} times is ${fate}`,
                    fix: `${exchange === undefined ? "set a dead-letter exchange, or " : ""}set "delivery-limit" in a policy; -1, no limit, is accepted from 4.0 on`,
                },
            ];
        });
    },
};
