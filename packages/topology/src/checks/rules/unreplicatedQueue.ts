import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const unreplicatedQueue: CheckRule = {
    id: "unreplicatedQueue",
    severity: "error",
    reason: "Work and evidence in a classic queue live on one node: while it is down nobody reaches them, and with its disk they are lost.",
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
                message: `holds ${queue.purpose === "parking" ? "evidence" : "work"}, but a classic queue has no replica`,
                fix: "make it a quorum queue",
            })),
};
