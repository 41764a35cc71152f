import { quoted, servicePlace } from "../place.js";
import type { ChangeRule } from "../rule.js";
import type { Sending } from "../traffic.js";

export const lostRoute: ChangeRule = {
    id: "lostRoute",
    severity: "error",
    reason: "What a service publishes no longer reaches a queue that it reached before: the queue's consumer waits for messages that go elsewhere or nowhere.",
    fix: "Keep the binding until no running publisher uses its key.",
    invariants: [32],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: (before, after) => {
        const keyOf = ({ service, exchange, routingKey }: Sending): string =>
            JSON.stringify([service.name, exchange, routingKey]);
        const sent = new Set(after.traffic.sendings.map(keyOf));
        return before.traffic.sendings.flatMap((sending) => {
            const { service, vhost, message, exchange, routingKey, queues } = sending;
            const reached = new Set(after.route({ vhost, exchange, routingKey }));
            const lost = queues.filter(
                (name) => !reached.has(name) && after.queueNamed(vhost, name) !== undefined,
            );
            return lost.length === 0
                ? []
                : [
                      {
                          // Replicas of the last release may still send it while this one rolls out.
                          ...(!sent.has(keyOf(sending)) && { severity: "warning" as const }),
                          place: servicePlace(service),
                          message: `message "${message}" to exchange "${exchange}" with key "${routingKey}" no longer reaches ${quoted(lost)}`,
                          fix: "keep the binding until no running publisher uses its key",
                      },
                  ];
        });
    },
};
