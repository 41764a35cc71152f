import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const nonMandatoryPublication: CheckRule = {
    id: "nonMandatoryPublication",
    severity: "warning",
    reason: "Work is published without the mandatory flag: the broker confirms an unroutable message, but drops it.",
    fix: "Set the mandatory flag.",
    invariants: ["routedPublications"],
    source: "https://www.rabbitmq.com/docs/publishers#unroutable",
    check: ({ messageFlows, queueNamed }) =>
        messageFlows.sentMessages.flatMap(({ service, vhost, message, publication, queues }) => {
            const work = queues.filter((name) => queueNamed(vhost, name)?.purpose === "work");
            return publication?.mandatory === false && work.length > 0
                ? [
                      {
                          place: servicePlace(service),
                          message: `publishes message "${message}" to work queue "${work[0] ?? ""}" without the mandatory flag`,
                          fix: "set the mandatory flag",
                      },
                  ]
                : [];
        }),
};
