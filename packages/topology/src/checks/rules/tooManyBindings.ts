import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const tooManyBindings: CheckRule = {
    id: "tooManyBindings",
    severity: "warning",
    reason: "A queue with very many bindings makes its declaration, its deletion and each change of the cluster slow.",
    fix: "Bind it with a wider key, or with a topic exchange.",
    invariants: ["clusterCapacity"],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: ({ topology, bindingsTo }) =>
        topology.queues
            .map((queue) => ({ queue, count: bindingsTo(queue).length }))
            .filter(({ count }) => count > most)
            .map(({ queue, count }) => ({
                place: queuePlace(queue),
                message: `has ${count} bindings, more than ${most}`,
                fix: "bind it with a wider key",
            })),
};

const most = 1_000;
