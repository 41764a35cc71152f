import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule } from "../rule.ts";

export const queueWithoutPublisher: CheckRule = {
    id: "queueWithoutPublisher",
    severity: "warning",
    reason: "Nothing that any service sends reaches the queue, so its consumer waits for what will never come.",
    fix: "Let a service publish with a key that the queue is bound to, correct the binding, or remove the queue.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: (view) => {
        if (view.foreign) {
            return [];
        }
        const fed = fedQueues(view);
        return (
            view.topology.queues
                // Where nothing is parked nothing went wrong.
                .filter((queue) => queue.purpose !== "parking" && !fed.has(queue))
                .map((queue) => ({
                    place: queuePlace(queue),
                    message: "gets nothing that any service sends",
                    fix: "publish with a key that it is bound to, correct its binding, or remove it",
                }))
        );
    },
};

/** Everything that messages of the services reach: at once, as dead letters, or sent round again by a consumer. */
function fedQueues({
    topology,
    traffic,
    queueNamed,
    retryOf,
    deadLetters,
    route,
}: TopologyView): ReadonlySet<Queue> {
    const fed = new Set(topology.queues.filter((queue) => traffic.messagesTo(queue).length > 0));
    // The set grows while it is read.
    for (const queue of fed) {
        const retry = retryOf(queue.vhost, queue.name);
        const retried =
            retry?.mode === "exchange"
                ? retry.routingKeys.flatMap((routingKey) =>
                      route({ vhost: queue.vhost, exchange: retry.exchange, routingKey }),
                  )
                : [];
        for (const name of [...(deadLetters(queue)?.queues ?? []), ...retried]) {
            const next = queueNamed(queue.vhost, name);
            if (next !== undefined) {
                fed.add(next);
            }
        }
    }
    return fed;
}
