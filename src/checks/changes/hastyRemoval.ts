import { queuePlace, quoted } from "../place.js";
import type { ChangeRule } from "../rule.js";

export const hastyRemoval: ChangeRule = {
    id: "hastyRemoval",
    severity: "error",
    reason: "A queue goes in the same release as those who use it: while the release rolls out, old publishers and consumers still run, and what they send is dropped.",
    fix: "Remove publishers and consumers in one release, the queue in the next.",
    invariants: [32],
    source: "https://www.rabbitmq.com/docs/publishers#unroutable",
    check: (before, after) =>
        before.topology.queues
            .filter(({ vhost, name }) => after.queueNamed(vhost, name) === undefined)
            .flatMap((queue) => {
                const users = [
                    ...before.traffic.sendingsTo(queue).map(({ service }) => service.name),
                    ...before.traffic.consumptionsOf(queue).map(({ service }) => service.name),
                ];
                return users.length === 0
                    ? []
                    : [
                          {
                              place: queuePlace(queue),
                              message: `is deleted while ${quoted([...new Set(users)].sort())} still used it in the release before`,
                              fix: "first release without its publishers and consumers, then delete it",
                          },
                      ];
            }),
};
