import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const transientPublication: CheckRule = {
    id: "transientPublication",
    severity: "error",
    reason: "Work is published without persistence: a classic queue loses it with a restart, and dead-lettering at least once covers persistent messages only.",
    fix: "Publish it persistently.",
    invariants: ["durableWork", "safeAtLeastOnce"],
    source: "https://www.rabbitmq.com/docs/publishers#message-properties",
    check: ({ traffic, queueNamed }) =>
        traffic.sentMessages.flatMap(({ service, vhost, message, publication, queues }) => {
            const work = queues.filter((name) => queueNamed(vhost, name)?.purpose === "work");
            return publication?.persistent === false && work.length > 0
                ? [
                      {
                          place: servicePlace(service),
                          message: `message "${message}" is not persistent, but "${work[0] ?? ""}" takes it as work`,
                          fix: "publish it persistently",
                      },
                  ]
                : [];
        }),
};
