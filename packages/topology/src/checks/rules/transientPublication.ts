import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientPublication: CheckRule = {
    id: "transientPublication",
    severity: "error",
    reason: "Work is published as transient messages: a classic queue loses them in a restart, and at-least-once dead-lettering covers persistent messages only.",
    fix: "Publish persistent messages.",
    invariants: ["durableWork", "safeAtLeastOnce"],
    source: "https://www.rabbitmq.com/docs/publishers#message-properties",
    check: ({ messageFlows, queueNamed }) =>
        messageFlows.sentMessages.flatMap(({ service, vhost, message, publication, queues }) => {
            const work = queues.filter((name) => queueNamed(vhost, name)?.purpose === "work");
            return publication?.persistent === false && work.length > 0
                ? [
                      {
                          place: servicePlace(service),
                          message: `publishes message "${message}" to work queue "${work[0] ?? ""}" as transient`,
                          fix: "publish it as persistent",
                      },
                  ]
                : [];
        }),
};
