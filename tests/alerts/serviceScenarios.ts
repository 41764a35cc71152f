/** A failure of the services that ends, and the alert that fires while it lasts. */
export interface ServiceScenario {
    readonly name: string;
    readonly alert: string;
    /** How many values the failure has, one a minute. */
    readonly lasts: number;
    /** Series that replace or join the healthy ones. */
    readonly series: Readonly<Record<string, string>>;
    /** The labels of the alert, without its severity. */
    readonly labels: Readonly<Record<string, string>>;
    /** What becomes of the templates with the value. */
    readonly rendered?: Readonly<Record<string, string>>;
    /** The windows of the error budget that fire, too. */
    readonly windows?: readonly string[];
    /** How many minutes are between two values. @default 1 */
    readonly step?: number;
}

const lasts = 60;
/** The samples after the failure: as many as the failure has, and the longest short window. */
const rest = (length = lasts): number => length + 420;

/** A gauge with one value during the failure, then another. */
function gauge(bad: number | "_", good: number | "_", length = lasts): string {
    const part = (value: number | "_", count: number): string =>
        value === "_" ? `_x${count + 1}` : `${value}+0x${count}`;
    return `${part(bad, length)} ${part(good, rest(length))}`;
}

/** A counter that grows by a step each minute during the failure, then stays. */
function counter(step: number, length = lasts): string {
    return `0+${step}x${length} ${step * length}+0x${rest(length)}`;
}

/** A counter that grows by the same step all the time. */
function steady(step: number, length = lasts): string {
    return `0+${step}x${2 * length + 420}`;
}

function series(metric: string, labels: Readonly<Record<string, string>>): string {
    const written = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return `${metric}{${written.join(",")}}`;
}

const links = { service: "analyzer.links", queue: "analyzer.links" };
const replica = { service: "gateway", instance: "gateway:9464" };
const percentage = "{{ $value | humanizePercentage }}";
const number = "{{ $value | humanize }}";
const time = "{{ $value | humanizeDuration }}";

/** A gauge of a process that is there every second minute during the failure, with 0. */
const restarting = `${"0 _ ".repeat(lasts / 2)}0 1+0x${rest()}`;

/** A histogram whose observations are all in one bucket during the failure, and in the first one afterwards. */
function histogram(
    metric: string,
    labels: Readonly<Record<string, string>>,
    bounds: readonly [string, string],
): Readonly<Record<string, string>> {
    const [low, high] = bounds;
    const all = steady(10);
    return {
        [series(`${metric}_bucket`, { ...labels, le: low })]: `0+0x${lasts} 0+10x${rest()}`,
        [series(`${metric}_bucket`, { ...labels, le: high })]: all,
        [series(`${metric}_bucket`, { ...labels, le: "+Inf" })]: all,
    };
}

/** The analyses of a time in which a part of them fails, and of the time after it. */
function analyses(failed: number, completed: number, length: number): Readonly<Record<string, string>> {
    const of = (state: string): string =>
        series("spot_analyses_total", { service: "analyzer-orchestrator", state, urgency: "normal" });
    return {
        [of("failed")]: counter(failed, length),
        [of("completed")]:
            `0+${completed}x${length} ${completed * length}+${completed + failed}x${rest(length)}`,
    };
}

export const serviceScenarios: readonly ServiceScenario[] = [
    {
        name: "no replica of a service can be scraped",
        alert: "ServiceDown",
        lasts,
        series: { [series("spot_ready", { service: "notifier", instance: "notifier:9464" })]: gauge("_", 1) },
        labels: { service: "notifier" },
    },
    {
        name: "its database is away",
        alert: "ServiceNotReady",
        lasts,
        series: { [series("spot_ready", { service: "notifier", instance: "notifier:9464" })]: gauge(0, 1) },
        labels: { service: "notifier" },
    },
    {
        name: "the process of its only replica ends and starts again and again",
        alert: "ServiceNotReady",
        lasts,
        series: { [series("spot_ready", { service: "notifier", instance: "notifier:9464" })]: restarting },
        labels: { service: "notifier" },
    },
    {
        name: "the process of one of two replicas ends and starts again and again",
        alert: "ReplicaNotReady",
        lasts,
        series: { [series("spot_ready", { service: "gateway", instance: "second:9464" })]: restarting },
        labels: { service: "gateway", instance: "second:9464" },
    },
    {
        name: "a replica that cannot reach any node ends and starts again and again",
        alert: "ServiceDisconnected",
        lasts,
        series: { [series("spot_connection_up", { ...replica, purpose: "publish" })]: restarting },
        labels: { ...replica, purpose: "publish" },
    },
    {
        name: "one of two replicas cannot do its job",
        alert: "ReplicaNotReady",
        lasts,
        series: { [series("spot_ready", { service: "gateway", instance: "second:9464" })]: gauge(0, 1) },
        labels: { service: "gateway", instance: "second:9464" },
    },
    {
        name: "half of the jobs fail with one reason",
        alert: "MessagesFail",
        lasts,
        series: {
            [series("spot_messages_failed_total", { ...links, reason: "StoreUnavailableError" })]: counter(5),
            [series("spot_messages_processed_total", { ...links, outcome: "done" })]: steady(5),
            [series("spot_messages_processed_total", { ...links, outcome: "dead_letter" })]: counter(5),
        },
        labels: { ...links, reason: "StoreUnavailableError" },
        rendered: { [percentage]: "50%" },
    },
    {
        name: "half of the jobs are retried",
        alert: "MessagesRetried",
        lasts,
        series: {
            [series("spot_messages_processed_total", { ...links, outcome: "done" })]: steady(5),
            [series("spot_messages_processed_total", { ...links, outcome: "requeue" })]: counter(5),
        },
        labels: links,
        rendered: { [percentage]: "50%" },
    },
    {
        name: "jobs arrive after their analysis",
        alert: "JobsExpire",
        lasts,
        series: { [series("spot_messages_processed_total", { ...links, outcome: "expired" })]: counter(2) },
        labels: links,
        rendered: { [number]: "30" },
    },
    {
        name: "an analyzer starts with jobs whose analysis has ended, and has consumed them before it is scraped",
        alert: "JobsExpire",
        lasts,
        series: {
            [series("spot_messages_processed_total", {
                ...links,
                outcome: "expired",
            })]: `_x${lasts - 5} 30+0x${rest() + 5}`,
        },
        labels: links,
        rendered: { [number]: "30" },
    },
    {
        name: "jobs wait for more than half of the deadline",
        alert: "JobsStartLate",
        lasts,
        series: histogram("spot_message_age_seconds", { ...links, at: "start" }, ["30", "120"]),
        labels: links,
    },
    {
        name: "the broker confirms after seconds",
        alert: "ConfirmsSlow",
        lasts,
        series: histogram("spot_publish_confirm_seconds", { service: "gateway", message: "request" }, [
            "0.1",
            "4.1",
        ]),
        labels: { service: "gateway", message: "request" },
        rendered: { [time]: "3.9s" },
    },
    {
        name: "a full queue refuses messages",
        alert: "PublishesFail",
        lasts,
        series: {
            [series("spot_publishes_failed_total", {
                service: "gateway",
                message: "request",
                reason: "refused",
            })]: counter(2),
        },
        labels: { service: "gateway", message: "request", reason: "refused" },
        rendered: { [number]: "20" },
    },
    {
        name: "every channel waits for a confirm",
        alert: "PublishPoolExhausted",
        lasts,
        series: {
            [series("spot_publish_channels_in_use", replica)]: gauge(8, 0),
            [series("spot_publish_channels_limit", replica)]: gauge(8, 8),
        },
        labels: replica,
    },
    {
        name: "a user who is not a caller sends requests",
        alert: "RepliesRefused",
        lasts,
        series: {
            [series("spot_replies_refused_total", {
                service: "analyzer-orchestrator",
                queue: "analyzer-orchestrator.rpc",
            })]: counter(2),
        },
        labels: { service: "analyzer-orchestrator", queue: "analyzer-orchestrator.rpc" },
        rendered: { [number]: "30" },
    },
    {
        name: "a user who is not a caller sends one request",
        alert: "RepliesRefused",
        lasts,
        series: {
            [series("spot_replies_refused_total", {
                service: "analyzer-orchestrator",
                queue: "analyzer-orchestrator.rpc",
            })]: `_x${lasts - 5} 1+0x${rest() + 5}`,
        },
        labels: { service: "analyzer-orchestrator", queue: "analyzer-orchestrator.rpc" },
        rendered: { [number]: "1" },
    },
    {
        name: "a replica cannot reach any node",
        alert: "ServiceDisconnected",
        lasts,
        series: { [series("spot_connection_up", { ...replica, purpose: "publish" })]: gauge(0, 1) },
        labels: { ...replica, purpose: "publish" },
    },
    {
        name: "the database is full",
        alert: "DatabaseFails",
        lasts,
        series: {
            [series("spot_database_errors_total", { service: "notifier", reason: "full" })]: counter(4),
        },
        labels: { service: "notifier", reason: "full" },
        rendered: { [number]: "20" },
    },
    {
        name: "every database connection is in use",
        alert: "DatabasePoolExhausted",
        lasts,
        series: {
            [series("spot_database_connections_in_use", replica)]: gauge(5, 1),
            [series("spot_database_connections_limit", replica)]: gauge(5, 5),
        },
        labels: replica,
    },
    {
        name: "the object store does not answer",
        alert: "ObjectStoreFails",
        lasts,
        series: {
            [series("spot_store_seconds_count", {
                service: "gateway",
                operation: "put",
                outcome: "unavailable",
            })]: counter(4),
        },
        labels: { service: "gateway", operation: "put", outcome: "unavailable" },
        rendered: { [number]: "20" },
    },
    {
        name: "the object store answers after seconds",
        alert: "ObjectStoreSlow",
        lasts,
        series: histogram("spot_store_seconds", { service: "gateway", operation: "put", outcome: "done" }, [
            "1",
            "21",
        ]),
        labels: { service: "gateway", operation: "put" },
        rendered: { [time]: "20s" },
    },
    {
        name: "half of the e-mails are refused",
        alert: "SubmissionsRefused",
        lasts,
        series: {
            [series("spot_submissions_total", { service: "gateway", outcome: "accepted" })]: steady(5),
            [series("spot_submissions_total", { service: "gateway", outcome: "refused" })]: counter(5),
        },
        labels: { service: "gateway" },
        rendered: { [percentage]: "50%" },
    },
    {
        name: "the broker answers nothing",
        alert: "SubmissionsUnknown",
        lasts,
        series: {
            [series("spot_submissions_total", { service: "gateway", outcome: "unknown" })]: counter(2),
        },
        labels: { service: "gateway" },
        rendered: { [number]: "20" },
    },
    {
        name: "hostile e-mails use up a budget",
        alert: "MailsIncomplete",
        lasts,
        series: {
            [series("spot_mails_incomplete_total", {
                service: "analyzer.links",
                analyzer: "links",
                budget: "cpu",
            })]: counter(1),
        },
        labels: { service: "analyzer.links", analyzer: "links", budget: "cpu" },
        rendered: { [number]: "60" },
    },
    {
        name: "parsers do not stop at their budget",
        alert: "ParsersKilled",
        lasts,
        series: {
            [series("spot_parser_kills_total", { service: "analyzer.links", analyzer: "links" })]: counter(1),
        },
        labels: { service: "analyzer.links", analyzer: "links" },
        rendered: { [number]: "15" },
    },
    {
        name: "the mail server is away",
        alert: "ConsumptionPaused",
        lasts,
        series: {
            [series("spot_consumption_paused", {
                service: "notifier",
                queue: "notifications.email",
                instance: "notifier:9464",
            })]: gauge(1, 0),
        },
        labels: { service: "notifier", queue: "notifications.email" },
    },
    {
        name: "the webhook answers with errors",
        alert: "NotificationsFail",
        lasts,
        series: {
            [series("spot_notifications_total", {
                service: "notifier",
                channel: "webhook",
                outcome: "failed",
            })]: counter(2),
        },
        labels: { service: "notifier", channel: "webhook" },
        rendered: { [number]: "30" },
    },
    {
        name: "half of the analyses fail for an hour",
        alert: "ErrorBudgetBurns",
        lasts: 61,
        series: analyses(5, 5, 61),
        labels: { service: "analyzer-orchestrator", window: "1h" },
        rendered: { [percentage]: "50%" },
        windows: ["6h", "3d"],
    },
    {
        name: "a tenth of the analyses fail for six hours",
        alert: "ErrorBudgetBurns",
        lasts: 365,
        series: analyses(1, 9, 365),
        labels: { service: "analyzer-orchestrator", window: "6h" },
        rendered: { [percentage]: "10%" },
        windows: ["3d"],
    },
    {
        name: "a fiftieth of the analyses fails for three days",
        alert: "ErrorBudgetBurns",
        lasts: 870,
        step: 5,
        series: analyses(1, 49, 870),
        labels: { service: "analyzer-orchestrator", window: "3d" },
        rendered: { [percentage]: "2%" },
    },
    {
        name: "urgent analyses take longer than the deadline",
        alert: "UrgentAnalysesLate",
        lasts,
        series: histogram(
            "spot_analysis_seconds",
            { service: "analyzer-orchestrator", state: "completed", urgency: "urgent" },
            ["60", "300"],
        ),
        labels: { service: "analyzer-orchestrator" },
    },
];
