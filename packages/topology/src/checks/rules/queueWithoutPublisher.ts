import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule } from "../rule.ts";

export const queueWithoutPublisher: CheckRule = {
    id: "queueWithoutPublisher",
    severity: "warning",
    reason: "No message that a service publishes reaches the queue, so its consumer never receives anything.",
    fix: "Publish with a routing key that the queue is bound with, correct the binding, or remove the queue.",
    invariants: ["producersAndConsumers"],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: (view) => {
        if (view.isExport) {
            return [];
        }
        const reached = reachedQueues(view);
        return (
            view.topology.queues
                // A parking queue is empty as long as nothing fails.
                .filter((queue) => queue.purpose !== "parking" && !reached.has(queue))
                .map((queue) => ({
                    place: queuePlace(queue),
                    message: "receives no message that a service publishes",
                    fix: "publish with a routing key that it is bound with, correct its binding, or remove it",
                }))
        );
    },
};

/** The queues that messages of the services reach: directly, dead-lettered, or republished by a consumer that retries. */
function reachedQueues({
    topology,
    messageFlows,
    queueNamed,
    retryOf,
    deadLetters,
    route,
}: TopologyView): ReadonlySet<Queue> {
    const reached = new Set(topology.queues.filter((queue) => messageFlows.messagesTo(queue).length > 0));
    // The loop adds to the set that it iterates over.
    for (const queue of reached) {
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
                reached.add(next);
            }
        }
    }
    return reached;
}
