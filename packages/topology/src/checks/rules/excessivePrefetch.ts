import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const excessivePrefetch: CheckRule = {
    id: "excessivePrefetch",
    severity: "warning",
    reason: "The replicas of a service can hold more unacknowledged messages than the bound of their queue. The bound counts only ready messages, so it has no effect.",
    fix: "Lower the prefetch, or raise the queue's bound.",
    invariants: ["fittingPrefetch"],
    source: "https://www.rabbitmq.com/docs/maxlength",
    check: ({ messageFlows, queueNamed, number }) =>
        messageFlows.consumptions.flatMap(({ service, vhost, subscription }) => {
            const queue = queueNamed(vhost, subscription.queue);
            const bound = queue === undefined ? undefined : number(queue, "max-length");
            const held = subscription.prefetch * (service.workload?.replicas ?? 1);
            return bound === undefined || held <= bound
                ? []
                : [
                      {
                          place: servicePlace(service),
                          message: `can hold ${held} unacknowledged messages of "${subscription.queue}", more than the queue's "max-length" ${bound}`,
                          fix: 'lower the prefetch, or raise "max-length"',
                      },
                  ];
        }),
};
