import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const selfDeadLettering: CheckRule = {
    id: "selfDeadLettering",
    severity: "error",
    reason: "A queue dead-letters to itself through the default exchange, which routes by queue name: an expired message is dropped, and a rejected message returns immediately, forever.",
    fix: 'Set "dead-letter-routing-key" to the name of a dead-letter queue.',
    invariants: ["noSelfDeadLettering"],
    source: "https://www.rabbitmq.com/docs/dlx#routing",
    check: ({ topology, setting, bindingsTo }) =>
        topology.queues
            .filter((queue) => setting(queue, "dead-letter-exchange") === "")
            .filter((queue) => {
                const key = setting(queue, "dead-letter-routing-key");
                // Without a dead-letter routing key, a message keeps its own: the queue's name, unless a binding has another key.
                return (
                    key === queue.name ||
                    (key === undefined &&
                        bindingsTo(queue).every(({ routingKey }) => routingKey === queue.name))
                );
            })
            .map((queue) => ({
                place: queuePlace(queue),
                message: "dead-letters to itself through the default exchange",
                fix: 'set "dead-letter-routing-key" to the name of a dead-letter queue',
            })),
};
