import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unreplicatedQueue: CheckRule = {
    id: "unreplicatedQueue",
    severity: "error",
    reason: "A classic queue is stored on one node: its messages are unavailable while the node is down, and lost with its disk.",
    fix: "Make it a quorum queue.",
    invariants: ["durableWork"],
    source: "https://www.rabbitmq.com/docs/quorum-queues",
    check: ({ topology }) =>
        topology.queues
            .filter(
                ({ type, purpose }) =>
                    type === "classic" &&
                    (purpose === "work" || purpose === "parking" || purpose === "delay"),
            )
            .map((queue) => ({
                place: queuePlace(queue),
                message: `is a ${queue.purpose ?? "work"} queue, but a classic queue has no replicas`,
                fix: "make it a quorum queue",
            })),
};
