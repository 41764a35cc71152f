import type { Topology } from "../model/index.ts";
import type { Alert, AlertGroup, AlertScope } from "./alert.ts";
import { clusterAlerts } from "./broker/clusterAlerts.ts";
import { resourceAlerts } from "./broker/resourceAlerts.ts";
import { trafficAlerts } from "./broker/trafficAlerts.ts";
import { queueRules } from "./queues/queueAlertRules.ts";
import { type WatchedQueue, watchedQueues } from "./queues/watchedQueue.ts";

/** Who is called about what belongs to no service. */
const platform = "platform";

/**
 * All alerts of a topology: the broker's in one group, those of queues in one for each service that owns them. What tells the broker's
 * metrics from another's tells its alerts from another's, too.
 */
export function alertGroups(topology: Topology, scope: AlertScope): readonly AlertGroup[] {
    const queues = watchedQueues(topology);
    const owners = [...new Set(queues.map(ownerOf))].sort();
    return [
        {
            name: "broker",
            alerts: [
                ...clusterAlerts(topology, scope),
                ...resourceAlerts(scope),
                ...trafficAlerts(topology, scope),
            ].map((alert) => ({
                ...alert,
                labels: { ...scope.matchers, service: platform, ...alert.labels },
            })),
        },
        ...owners.map((owner) => ({
            name: `queues of ${owner}`,
            alerts: queues
                .filter((queue) => ownerOf(queue) === owner)
                .flatMap((queue) => queueAlerts(queue, scope)),
        })),
    ];
}

function ownerOf({ owner }: WatchedQueue): string {
    return owner ?? platform;
}

/** What can be wrong with one queue. */
export function queueAlerts(queue: WatchedQueue, scope: AlertScope): readonly Alert[] {
    return queueRules.flatMap(({ name, alert }) => {
        const told = alert(queue, scope);
        const labels = { ...scope.matchers, service: ownerOf(queue), vhost: queue.vhost, queue: queue.name };
        return told === undefined ? [] : [{ name, ...told, labels }];
    });
}
