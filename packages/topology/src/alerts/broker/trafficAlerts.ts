import { declaredReplicas, duration, type Topology } from "../../model/index.ts";
import type { Alert, AlertScope } from "../alert.ts";
import { exchangeMetrics, nodeMetrics, prometheusDuration, selector } from "../metrics.ts";

const window = duration("10 minutes");

/** What a process of a service opens at its start: one to consume, one to publish. */
const connectionsOfProcess = 2;

/** How often all processes may start, or be sent away by a node that restarts, before it is more than that. */
const usualStarts = 5;

/** For brokers whose clients nobody declares. */
const undeclaredProcesses = 50;

/** What happens between publishers, exchanges and connections. */
export function trafficAlerts(
    topology: Topology,
    { matchers, target, ...scope }: AlertScope,
): readonly Alert[] {
    const over = (metric: string, more: Readonly<Record<string, string>> = {}): string =>
        `increase(${selector(metric, { ...matchers, ...more })}[${prometheusDuration(window)}])`;
    const sum = (metric: string, more?: Readonly<Record<string, string>>): string =>
        `sum(${over(metric, more)})`;
    const processes = scope.processes ?? declaredReplicas(topology.services);
    const openings = usualStarts * connectionsOfProcess * (processes === 0 ? undeclaredProcesses : processes);
    const atLeastOnce = { dead_letter_strategy: "at_least_once" };
    const deadLettered = [
        nodeMetrics.deadLetteredRejected,
        nodeMetrics.deadLetteredExpired,
        nodeMetrics.deadLetteredDelivered,
    ].map((metric) => sum(metric, atLeastOnce));
    return [
        ...topology.vhosts.map(
            ({ name }): Alert => ({
                name: "MessagesUnroutable",
                severity: "warning",
                expression: `sum by (vhost, exchange) (${over(exchangeMetrics.returned, { vhost: name })} + ${over(exchangeMetrics.dropped, { vhost: name })}) > 0`,
                holdFor: duration("0 seconds"),
                labels: { vhost: name },
                summary:
                    '{{ $value | humanize }} messages to exchange "{{ $labels.exchange }}" in vhost "{{ $labels.vhost }}" matched no binding',
                description: `They went back to their publisher, or were dropped if it did not ask for them. Look: npx topology trace ${target} --exchange {{ $labels.exchange }} --key KEY, rabbitmqctl -q list_bindings -p {{ $labels.vhost }}. Correct the publisher's key or add the binding; an alternate exchange keeps such messages.`,
            }),
        ),
        {
            name: "PublishesRejected",
            severity: "critical",
            expression: `${sum(nodeMetrics.receivedToConfirm)} - ${sum(nodeMetrics.confirmed)} > 10`,
            holdFor: duration("2 minutes"),
            labels: {},
            summary: "{{ $value | humanize }} published messages were not confirmed within 10 minutes",
            description:
                "A queue is full and refuses, has lost its majority, or an alarm blocks. Publishers keep what was not confirmed, if they are written well. Look: npx topology top for a full queue, rabbitmq-diagnostics alarms. Make room in the full queue: add consumers, deal with its dead letters.",
        },
        {
            name: "DeadLetteringStalled",
            severity: "critical",
            expression: `${deadLettered.join(" + ")} - ${sum(nodeMetrics.deadLettersConfirmed, atLeastOnce)} > 0`,
            holdFor: duration("10 minutes"),
            labels: {},
            summary: "{{ $value | humanize }} dead letters have not reached their queue",
            description:
                "They stay in the queue that they came from and count against its bound. Look: rabbitmqctl -q list_queues -p VHOST name messages_dlx type, npx topology check for the way of the dead letters. Make room in the dead-letter queue, or give it the binding that it lacks.",
        },
        {
            name: "ConnectionChurn",
            severity: "warning",
            expression: `${sum(nodeMetrics.connectionsOpened)} > ${openings}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary: "{{ $value | humanize }} connections were opened within 10 minutes",
            description: `Clients come back again and again: they crash, are refused, or connect for every message. Look: rabbitmqctl -q list_connections user name connected_at, and the broker's log for the reason of each close. Mend the client; ${processes === 0 ? "its processes" : `the ${processes} declared processes`} need two connections each.`,
        },
        {
            name: "ChannelChurn",
            severity: "warning",
            expression: `${sum(nodeMetrics.channelsOpened)} > ${openings * 10}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary: "{{ $value | humanize }} channels were opened within 10 minutes",
            description:
                "A client opens a channel for every message, or loses it to an error each time. Look: rabbitmqctl -q list_channels user name number, and the broker's log. Let the client keep its channel.",
        },
        {
            name: "LoginsRefused",
            severity: "warning",
            expression: `${sum(nodeMetrics.failedLogins)} > 10`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary: "{{ $value | humanize }} logins were refused within 10 minutes",
            description:
                "A password was changed on one side only, or somebody tries passwords. Look: the broker's log, which names user and address. Give the service its secret again and restart it.",
        },
    ];
}
