import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const selfDeadLettering: CheckRule = {
    id: "selfDeadLettering",
    severity: "error",
    reason: "A queue dead-letters to itself through the default exchange, whose keys are queue names: an expired message is dropped, a rejected one comes back at once, for ever.",
    fix: 'Set "dead-letter-routing-key" to the name of a dead-letter queue.',
    invariants: ["noSelfDeadLettering"],
    source: "https://www.rabbitmq.com/docs/dlx#routing",
    check: ({ topology, setting, bindingsTo }) =>
        topology.queues
            .filter((queue) => setting(queue, "dead-letter-exchange") === "")
            .filter((queue) => {
                const key = setting(queue, "dead-letter-routing-key");
                // Without a key of its own a dead letter keeps the one that it came with: the queue's name, where nothing is bound.
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
