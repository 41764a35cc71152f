import { queuePlace } from "../place.js";
import type { ChangeRule } from "../rule.js";
import { removedVhosts } from "./removedVhost.js";

export const removedQueue: ChangeRule = {
    id: "removedQueue",
    severity: "error",
    reason: "A queue is deleted, and every message in it with it.",
    fix: "Stop its publishers first, let its consumers empty it, and delete it then.",
    invariants: [1],
    source: "https://www.rabbitmq.com/docs/queues",
    check: (before, after) => {
        const gone = removedVhosts(before, after);
        return before.topology.queues
            .filter(({ vhost, name }) => !gone.has(vhost) && after.queueNamed(vhost, name) === undefined)
            .map((queue) => ({
                // What nobody minds losing is lost without harm.
                ...(queue.purpose === "transient" && { severity: "warning" as const }),
                place: queuePlace(queue),
                message: "is deleted with the messages that are in it",
                fix: "empty it first, and let somebody approve",
            }));
    },
};
