import { duration } from "@spot-messaging/topology";
import type { Alert } from "@spot-messaging/topology/alerts";
import { serviceQuery } from "./serviceQuery.ts";
import type { ServiceScope } from "./serviceScope.ts";

/** Alerts about submissions, hostile e-mails and notifications. */
export function mailAlerts({ matchers, target }: ServiceScope): readonly Alert[] {
    const { series, increase } = serviceQuery(matchers);
    const submissions = (more?: string): string => increase("submissions", ["service"], "10m", more);
    return [
        {
            name: "SubmissionsRefused",
            severity: "critical",
            expression: `${submissions('outcome="refused"')} / ${submissions('outcome!="rejected"')} > 0.1`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary: "{{ $value | humanizePercentage }} of the submitted e-mails are refused",
            description: `Their senders must try again later. More e-mails arrive than can be analysed, or the broker or a store does not answer. Check: npm run status ${target}. Add replicas of the analyzer whose queue is longest.`,
        },
        {
            name: "SubmissionsUnknown",
            severity: "warning",
            expression: `${submissions('outcome="unknown"')} > 0`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary: "the broker did not answer for {{ $value | humanize }} submitted e-mails",
            description:
                "The gateway keeps them and finds out. A sender who tries again with the same Idempotency-Key gets the same analysis. Check: the connections to the broker, and the alert PublishesFail.",
        },
        {
            name: "MailsIncomplete",
            severity: "warning",
            expression: `${increase("mailsIncomplete", ["service", "analyzer", "budget"], "1h")} > 20`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary:
                'analyzer "{{ $labels.analyzer }}" read {{ $value | humanize }} e-mails of the last hour only in part: {{ $labels.budget }}',
            description:
                "These e-mails need more than the budget of an analyzer; their verdicts contain what was not read. They are probably hostile. Check: the findings with what was incomplete, and the sender.",
        },
        {
            name: "ParsersKilled",
            severity: "warning",
            expression: `${increase("parserKills", ["service", "analyzer"], "15m")} > 5`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary:
                'analyzer "{{ $labels.analyzer }}" killed {{ $value | humanize }} parser processes within 15 minutes',
            description:
                "A parser did not stop by itself at its budget. Other e-mails are not affected. Check: the digest of the e-mails in the log of {{ $labels.service }}, and report them as a defect.",
        },
        {
            name: "ConsumptionPaused",
            severity: "critical",
            expression: `max by (service, queue) (${series("consumptionPaused")}) == 1`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary: 'service "{{ $labels.service }}" has paused queue "{{ $labels.queue }}"',
            description:
                "The mail server or webhook behind it does not answer. Nothing is lost: the messages wait in order, and consumption continues when a probe succeeds. Restore the mail server or webhook before the queue is full.",
        },
        {
            name: "NotificationsFail",
            severity: "warning",
            expression: `${increase("notifications", ["service", "channel"], "15m", 'outcome="failed"')} > 5`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary:
                '{{ $value | humanize }} notifications by channel "{{ $labels.channel }}" failed within 15 minutes',
            description:
                "Temporary failures are retried; permanent ones are dead-lettered immediately. Check: the log of {{ $labels.service }}, and the header x-spot-error in notifications.{{ $labels.channel }}.dlq.",
        },
    ];
}
