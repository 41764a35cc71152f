import type { Topology } from "../model/index.ts";
import type { Alert, AlertGroup, AlertScope } from "./alert.ts";
import { clusterAlerts } from "./broker/clusterAlerts.ts";
import { resourceAlerts } from "./broker/resourceAlerts.ts";
import { trafficAlerts } from "./broker/trafficAlerts.ts";
import { queueRules } from "./queues/queueAlertRules.ts";
import { type WatchedQueue, watchedQueues } from "./queues/watchedQueue.ts";

/** The `service` label of alerts that belong to no service. */
const platform = "platform";

/**
 * All alerts of a topology: a group for the broker and a group per service for its queues. Alerts get the labels that select the broker's
 * metrics.
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

/** All alerts of one queue. */
export function queueAlerts(queue: WatchedQueue, scope: AlertScope): readonly Alert[] {
    return queueRules.flatMap(({ name, alert }) => {
        const definition = alert(queue, scope);
        const labels = { ...scope.matchers, service: ownerOf(queue), vhost: queue.vhost, queue: queue.name };
        return definition === undefined ? [] : [{ name, ...definition, labels }];
    });
}
