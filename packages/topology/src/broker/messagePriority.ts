import type { KnownVersion, Queue } from "../model/index.ts";
import { brokerBehaviours } from "./brokerBehaviours.ts";
import { isIn } from "./capability.ts";

/**
 * How a queue chooses between messages of several priorities. `none`: by age only. `shared`: two urgent messages, then a normal one. `strict`: no
 * message while one with a higher priority is ready.
 */
export type PriorityOrder = "none" | "shared" | "strict";

type PriorityQueue = Pick<Queue, "type" | "arguments">;

/** Measured on RabbitMQ 4.0.5 and 4.3.6 with a consumer that is as fast as the publisher of urgent messages. */
export function priorityOrder(queue: PriorityQueue, version: KnownVersion): PriorityOrder {
    if (queue.type === "classic") {
        return maxPriorityOf(queue) > 0 ? "strict" : "none";
    }
    if (queue.type === "stream" || !isIn(brokerBehaviours["quorum priorities"], version)) {
        return "none";
    }
    return isIn(brokerBehaviours["strict priorities"], version) ? "strict" : "shared";
}

/**
 * The priority that a queue of strict order gives to a message: at most its maximum, and without a priority 0 in a classic queue, 4 in a quorum queue.
 * @see https://www.rabbitmq.com/docs/priority
 * @see https://www.rabbitmq.com/docs/quorum-queues#priorities
 */
export function priorityIn(queue: PriorityQueue, priority: number | undefined): number {
    return queue.type === "classic"
        ? Math.min(priority ?? 0, maxPriorityOf(queue))
        : Math.min(priority ?? 4, 31);
}

/** The highest priority of a classic queue; 0 if it has no priorities. */
export function maxPriorityOf({ arguments: { "x-max-priority": max } }: PriorityQueue): number {
    return typeof max === "number" ? max : 0;
}
