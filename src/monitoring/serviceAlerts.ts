import { duration } from "@spot-messaging/topology";
import type { Alert, AlertGroup } from "@spot-messaging/topology/alerts";
import { dependencyAlerts } from "./dependencyAlerts.ts";
import { mailAlerts } from "./mailAlerts.ts";
import { messageAlerts } from "./messageAlerts.ts";
import { objectiveAlerts } from "./objectives.ts";
import { serviceQuery } from "./serviceQuery.ts";
import type { ServiceScope } from "./serviceScope.ts";

/** The alerts about the services, from their own metrics: a group for their objectives and a group for their parts. */
export function serviceAlertGroups(scope: ServiceScope): readonly AlertGroup[] {
    const complete = (alert: Alert): Alert => ({ ...alert, labels: { ...scope.matchers, ...alert.labels } });
    return [
        { name: "objectives", alerts: objectiveAlerts(scope).map(complete) },
        {
            name: "services",
            alerts: [
                ...processAlerts(scope),
                ...messageAlerts(scope),
                ...dependencyAlerts(scope),
                ...mailAlerts(scope),
            ].map(complete),
        },
    ];
}

/** Alerts about processes that are missing or cannot do their job. */
function processAlerts({ topology, matchers, target }: ServiceScope): readonly Alert[] {
    const { series, last } = serviceQuery(matchers);
    const deployed = topology.services.filter(({ workload }) => workload !== undefined);
    return [
        ...deployed.map(
            ({ name }): Alert => ({
                name: "ServiceDown",
                severity: "critical",
                expression: `absent(${series("ready", `service="${name}"`)})`,
                holdFor: duration("2 minutes"),
                labels: { service: name },
                summary: `no replica of service "${name}" can be scraped`,
                description: `It is not running, or Prometheus cannot reach its port 9464. Its messages wait. Check: npm run status ${target}, and the last lines of its log; exit code 2 is wrong input, 3 a broker that cannot be reached.`,
            }),
        ),
        {
            name: "ServiceNotReady",
            severity: "critical",
            expression: `max by (service) (${last("ready", "2m")}) == 0`,
            holdFor: duration("2 minutes"),
            labels: {},
            summary: 'no replica of service "{{ $labels.service }}" is ready',
            description:
                "The service runs and cannot do its job. Its health report names what is missing: python3 -S -m spot_health readiness, in its container. Restore the broker, database or object store that the report names.",
        },
        {
            name: "ReplicaNotReady",
            severity: "warning",
            // Kubernetes waits up to five minutes before it starts a process again that ended many times.
            expression: `(${last("ready", "6m")} == 0) and on (service) (max by (service) (${series("ready")}) == 1)`,
            holdFor: duration("10 minutes"),
            labels: {},
            summary: '{{ $labels.instance }} of service "{{ $labels.service }}" is not ready',
            description:
                "The other replicas do its work. Its health report names what is missing: python3 -S -m spot_health readiness, in its container. Restart the replica if the others have no such problem.",
        },
    ];
}
