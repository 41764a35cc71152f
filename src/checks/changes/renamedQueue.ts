import { distance } from "fastest-levenshtein";
import type { Queue } from "../../model/index.js";
import { queuePlace } from "../place.js";
import type { ChangeRule } from "../rule.js";
import type { Subject } from "../subject.js";

export const renamedQueue: ChangeRule = {
    id: "renamedQueue",
    severity: "error",
    reason: "There is no renaming: the queue of the old name is deleted with its messages, and an empty one of the new name is made. The same goes for a resource whose logical name changes without an alias.",
    fix: "Declare the new queue beside the old one, move the consumers, and delete the old one when it is empty.",
    invariants: [31],
    source: "https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/",
    check: (before, after) => {
        const added = after.topology.queues.filter(
            ({ vhost, name }) => before.queueNamed(vhost, name) === undefined,
        );
        return before.topology.queues
            .filter(({ vhost, name }) => after.queueNamed(vhost, name) === undefined)
            .flatMap((queue) => {
                const successor = added.find((each) => succeeds(before, queue, after, each));
                return successor === undefined
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `seems to be renamed to "${successor.name}", but its messages stay behind and are deleted`,
                              fix: `declare "${successor.name}" beside it first, and delete it when it is empty`,
                          },
                      ];
            });
    },
};

/** Whether a new queue takes over from a deleted one: it gets the same messages, or is called nearly the same. */
function succeeds(before: Subject, was: Queue, after: Subject, is: Queue): boolean {
    if (was.vhost !== is.vhost || was.type !== is.type || was.purpose !== is.purpose) {
        return false;
    }
    const feeds = before
        .bindingsTo(was)
        .map(({ source, routingKey }) => JSON.stringify([source, routingKey]));
    const now = new Set(
        after.bindingsTo(is).map(({ source, routingKey }) => JSON.stringify([source, routingKey])),
    );
    const sameFeeds = feeds.length > 0 && feeds.every((each) => now.has(each));
    return sameFeeds || distance(was.name, is.name) <= Math.max(2, was.name.length / 4);
}
