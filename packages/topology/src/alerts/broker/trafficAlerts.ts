import { declaredReplicas, duration, type Topology } from "../../model/index.ts";
import type { Alert, AlertScope } from "../alert.ts";
import { exchangeMetrics, nodeMetrics, prometheusDuration, selector } from "../metrics.ts";

const window = duration("10 minutes");

/** The connections of a service process: one to consume, one to publish. */
const connectionsOfProcess = 2;

/** How often all processes may start or reconnect within the window before the alert fires. */
const usualStarts = 5;

/** The assumed number of processes for a topology without services. */
const undeclaredProcesses = 50;

/** Alerts about unroutable and unconfirmed messages, connections and logins. */
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
                description: `They were returned to the publisher, or dropped without the mandatory flag. Check: npx topology trace ${target} --exchange {{ $labels.exchange }} --key KEY, rabbitmqctl -q list_bindings -p {{ $labels.vhost }}. Correct the publisher's routing key or add the binding; an alternate exchange can keep such messages.`,
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
                "A queue is full or has lost its majority, or an alarm blocks publishers. Publishers must publish unconfirmed messages again. Check: npx topology top for a full queue, rabbitmq-diagnostics alarms. Add consumers to the full queue, or empty it if it holds dead letters.",
        },
        {
            name: "DeadLetteringStalled",
            severity: "critical",
            expression: `${deadLettered.join(" + ")} - ${sum(nodeMetrics.deadLettersConfirmed, atLeastOnce)} > 0`,
            holdFor: duration("10 minutes"),
            labels: {},
            summary: "{{ $value | humanize }} dead letters have not reached their queue",
            description:
                "They stay in their source queue and count toward its limit. Check: rabbitmqctl -q list_queues -p VHOST name messages_ready policy, npx topology check for the route of dead letters. Make room in the dead-letter queue, or add the missing binding.",
        },
        {
            name: "ConnectionChurn",
            severity: "warning",
            expression: `${sum(nodeMetrics.connectionsOpened)} > ${openings}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary: "{{ $value | humanize }} connections were opened within 10 minutes",
            description: `Clients reconnect repeatedly: they crash, are refused, or open a connection per message. Check: rabbitmqctl -q list_connections user name connected_at, and the broker's log for the reason of each close. Fix the client; ${processes === 0 ? "its processes" : `the ${processes} declared processes`} need two connections each.`,
        },
        {
            name: "ChannelChurn",
            severity: "warning",
            expression: `${sum(nodeMetrics.channelsOpened)} > ${openings * 10}`,
            holdFor: duration("5 minutes"),
            labels: {},
            summary: "{{ $value | humanize }} channels were opened within 10 minutes",
            description:
                "A client opens a channel per message, or errors close its channels. Check: rabbitmqctl -q list_channels user name number, and the broker's log. Make the client reuse its channel.",
        },
        {
            name: "LoginsRefused",
            severity: "warning",
            expression: `${sum(nodeMetrics.failedLogins)} > 10`,
            holdFor: duration("0 seconds"),
            labels: {},
            summary: "{{ $value | humanize }} logins were refused within 10 minutes",
            description:
                "A password was changed on one side only, or a client guesses passwords. Check: the broker's log, which names user and address. Update the secret of the service and restart it.",
        },
    ];
}
