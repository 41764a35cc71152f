import { duration } from "@spot-messaging/topology";
import type { Alert } from "@spot-messaging/topology/alerts";
import { serviceQuery } from "./serviceQuery.ts";
import type { ServiceScope } from "./serviceScope.ts";

/** The time for one operation at which the object store is slow. */
const slowStore = 5;

/** Alerts about the broker connections, the database and the object store, as the services see them. */
export function dependencyAlerts({ matchers }: ServiceScope): readonly Alert[] {
    const { series, last, increase, quantile } = serviceQuery(matchers);
    return [
        {
            name: "ServiceDisconnected",
            severity: "warning",
            expression: `${last("connectionUp", "2m")} == 0`,
            holdFor: duration("2 minutes"),
            labels: {},
            summary:
                '{{ $labels.instance }} of service "{{ $labels.service }}" has no connection to the broker ({{ $labels.purpose }})',
            description:
                "It reconnects by itself, to any node. Check: rabbitmqctl cluster_status, the network policies, and whether the password of its user was changed.",
        },
        {
            name: "DatabaseFails",
            severity: "critical",
            expression: `${increase("databaseErrors", ["service", "reason"], "5m")} > 5`,
            holdFor: duration("2 minutes"),
            labels: {},
            summary:
                '{{ $value | humanize }} transactions of service "{{ $labels.service }}" failed in 5 minutes: {{ $labels.reason }}',
            description:
                "Nothing is acknowledged that is not stored, so its messages wait. Check: the database's own state, its disk and its connections, and the health report of the service.",
        },
        {
            name: "DatabasePoolExhausted",
            severity: "warning",
            expression: `max by (service, instance) (${series("databaseConnectionsInUse")} / ${series("databaseConnectionsLimit")}) >= 1`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary:
                'all database connections of {{ $labels.instance }} of service "{{ $labels.service }}" are in use',
            description:
                "Transactions wait for a connection. Check: slow or blocked transactions in pg_stat_activity. Add replicas of the service if there are none.",
        },
        {
            name: "ObjectStoreFails",
            severity: "critical",
            expression: `${increase("storeOperations", ["service", "operation", "outcome"], "5m", 'outcome=~"unavailable|damaged"')} > 5`,
            holdFor: duration("2 minutes"),
            labels: {},
            summary:
                '{{ $value | humanize }} operations "{{ $labels.operation }}" of service "{{ $labels.service }}" failed in 5 minutes: {{ $labels.outcome }}',
            description:
                "unavailable: the object store does not answer, or refuses the credentials; e-mails are refused and jobs retried. damaged: a stored e-mail has another digest than when it was stored. Check: the object store, and the health report of the service.",
        },
        {
            name: "ObjectStoreSlow",
            severity: "warning",
            expression: `${quantile(0.95, "storeSeconds", ["service", "operation"], "10m")} > ${slowStore}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary:
                'operation "{{ $labels.operation }}" of the object store takes service "{{ $labels.service }}" {{ $value | humanizeDuration }}',
            description:
                "Uploads and jobs take longer. Check: the load of the object store, and the network to it.",
        },
    ];
}
