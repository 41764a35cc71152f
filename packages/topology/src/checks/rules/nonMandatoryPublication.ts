import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const nonMandatoryPublication: CheckRule = {
    id: "nonMandatoryPublication",
    severity: "warning",
    reason: "Work is published without the mandatory flag: when no queue takes it the broker confirms it all the same, and it is gone.",
    fix: "Publish it with the mandatory flag.",
    invariants: ["routedPublications"],
    source: "https://www.rabbitmq.com/docs/publishers#unroutable",
    check: ({ traffic, queueNamed }) =>
        traffic.sentMessages.flatMap(({ service, vhost, message, publication, queues }) => {
            const work = queues.filter((name) => queueNamed(vhost, name)?.purpose === "work");
            return publication?.mandatory === false && work.length > 0
                ? [
                      {
                          place: servicePlace(service),
                          message: `message "${message}" is not mandatory, but "${work[0] ?? ""}" takes it as work`,
                          fix: "publish it with the mandatory flag",
                      },
                  ]
                : [];
        }),
};
