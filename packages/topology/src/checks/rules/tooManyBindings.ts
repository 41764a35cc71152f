import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const tooManyBindings: CheckRule = {
    id: "tooManyBindings",
    severity: "warning",
    reason: "Very many bindings make the declaration and deletion of a queue, and each change of the cluster, slow.",
    fix: "Bind it with a wider routing key, or use a topic exchange.",
    invariants: ["clusterCapacity"],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: ({ topology, bindingsTo }) =>
        topology.queues
            .map((queue) => ({ queue, count: bindingsTo(queue).length }))
            .filter(({ count }) => count > maxBindings)
            .map(({ queue, count }) => ({
                place: queuePlace(queue),
                message: `has ${count} bindings, more than ${maxBindings}`,
                fix: "bind it with a wider routing key",
            })),
};

const maxBindings = 1_000;
