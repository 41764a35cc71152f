import { servicePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const excessivePrefetch: CheckRule = {
    id: "excessivePrefetch",
    severity: "warning",
    reason: "The replicas of a service may hold more messages than their queue: its bound counts only what is ready, so it then bounds nothing.",
    fix: "Lower the prefetch, or raise the bound.",
    invariants: ["fittingPrefetch"],
    source: "https://www.rabbitmq.com/docs/maxlength",
    check: ({ traffic, queueNamed, number }) =>
        traffic.consumptions.flatMap(({ service, vhost, subscription }) => {
            const queue = queueNamed(vhost, subscription.queue);
            const bound = queue === undefined ? undefined : number(queue, "max-length");
            const held = subscription.prefetch * (service.workload?.replicas ?? 1);
            return bound === undefined || held <= bound
                ? []
                : [
                      {
                          place: servicePlace(service),
                          message: `may hold ${held} messages of "${subscription.queue}", more than the ${bound} that the queue may`,
                          fix: "lower the prefetch, or raise the bound",
                      },
                  ];
        }),
};
