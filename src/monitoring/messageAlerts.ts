import { duration } from "@spot-messaging/topology";
import type { Alert } from "@spot-messaging/topology/alerts";
import { serviceQuery } from "./serviceQuery.ts";
import type { ServiceScope } from "./serviceScope.ts";

/** The minimum number of deliveries before a share counts. */
const noticeable = 20;

/** The part of the deadline after which a message must have been started. */
const latestStart = 0.5;

/** The time for a confirm at which publishers wait noticeably. */
const slowConfirm = 1;

/** Alerts about what the services do with messages. */
export function messageAlerts({
    matchers,
    topology,
    analysisDeadline,
    target,
}: ServiceScope): readonly Alert[] {
    const { series, increase, events, quantile } = serviceQuery(matchers);
    const perQueue = ["service", "queue"];
    const enough = `and on (service, queue) ${increase("processed", perQueue, "15m")} > ${noticeable}`;
    const jobs = topology.services
        .flatMap(({ consumes }) => consumes)
        .filter(({ message }) => message === "job" || message === "request")
        .map(({ queue }) => queue);
    const seconds = (analysisDeadline * latestStart) / 1_000;
    return [
        {
            name: "MessagesFail",
            severity: "warning",
            expression: `${increase("failed", [...perQueue, "reason"], "15m")} / on (service, queue) group_left () ${increase("processed", perQueue, "15m")} > 0.2 ${enough}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary:
                '{{ $value | humanizePercentage }} of the deliveries of queue "{{ $labels.queue }}" fail with {{ $labels.reason }}',
            description:
                "Failed messages are retried and then dead-lettered. Check: the log of {{ $labels.service }} for the reason, and the header x-spot-error of the messages in {{ $labels.queue }}.dlq. Fix the cause first, then redrive the dead letters.",
        },
        {
            name: "MessagesRetried",
            severity: "warning",
            expression: `${increase("processed", perQueue, "15m", 'outcome=~"requeue|delay"')} / ${increase("processed", perQueue, "15m")} > 0.3 ${enough}`,
            holdFor: duration("10 minutes"),
            labels: {},
            summary:
                '{{ $value | humanizePercentage }} of the deliveries of queue "{{ $labels.queue }}" are retried',
            description:
                "Retries use up capacity, and messages are dead-lettered after the last attempt. Check: the log of {{ $labels.service }}; the alert MessagesFail names the reason.",
        },
        {
            name: "JobsExpire",
            severity: "warning",
            expression: `${events("processed", perQueue, "15m", 'outcome="expired"')} > ${noticeable}`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary:
                '{{ $value | humanize }} messages of queue "{{ $labels.queue }}" were too late to be processed',
            description: `Their analyses had ended before. More e-mails arrive than {{ $labels.service }} can analyse. Check: npm run status ${target}. Add replicas of the service.`,
        },
        ...[...new Set(jobs)].sort().map(
            (queue): Alert => ({
                name: "JobsStartLate",
                severity: "warning",
                expression: `${quantile(0.95, "age", perQueue, "10m", `queue="${queue}",at="start"`)} > ${seconds}`,
                holdFor: duration("5 minutes"),
                labels: { queue },
                summary: `the slowest 5 % of the messages of queue "${queue}" wait more than ${seconds} s before they are processed`,
                description: `That is ${latestStart * 100} % of the deadline of an analysis. Check: npm run status ${target}. Add replicas of {{ $labels.service }}.`,
            }),
        ),
        {
            name: "ConfirmsSlow",
            severity: "warning",
            expression: `${quantile(0.95, "confirmSeconds", ["service", "message"], "10m")} > ${slowConfirm}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary:
                'the broker confirms message "{{ $labels.message }}" of service "{{ $labels.service }}" only after {{ $value | humanizeDuration }}',
            description:
                "The disks of the nodes are slow, or a node is far away. Check: rabbitmq-diagnostics status, and the alerts of the broker.",
        },
        {
            name: "PublishesFail",
            severity: "warning",
            expression: `${increase("publishesFailed", ["service", "message", "reason"], "10m")} > 5`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary:
                '{{ $value | humanize }} publishes of message "{{ $labels.message }}" of service "{{ $labels.service }}" failed: {{ $labels.reason }}',
            description:
                "returned: no binding matches, see the topology. refused: the queue is full. unconfirmed, disconnected: the broker does not answer. The service tries again; the message is not lost. Check: npx topology top.",
        },
        {
            name: "PublishPoolExhausted",
            severity: "warning",
            expression: `max by (service, instance) (${series("channelsInUse")} / ${series("channelsLimit")}) >= 1`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary:
                'all publish channels of {{ $labels.instance }} of service "{{ $labels.service }}" are in use',
            description:
                "Publishers wait for a channel. The broker confirms slowly, or the pool is too small: raise publishChannels in the contract if the alert ConfirmsSlow does not fire.",
        },
        {
            name: "RepliesRefused",
            severity: "warning",
            expression: `${events("repliesRefused", perQueue, "15m")} > 0`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary: '{{ $value | humanize }} requests in queue "{{ $labels.queue }}" are not from a caller',
            description:
                'Replies go only to the services that declare the call. These requests have no user, or the user of another service, so they got no reply. Find the user in the log of {{ $labels.service }} ("not a caller") and replace its password. Services of an older release send requests without a user.',
        },
    ];
}
