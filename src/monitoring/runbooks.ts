import type { RunbookUrl } from "@spot-messaging/topology/alerts";

/** The alerts of each page in `docs/runbooks/alerts`: alerts with the same causes share a page. */
export const runbooks = {
    "broker-down": ["BrokerDown"],
    "node-down": ["BrokerNodeMissing", "ClusterPeersUnreachable", "QueueLostQuorum", "QueueQuorumCritical"],
    "queue-missing": ["QueueMissing"],
    memory: ["MemoryAlarm", "MemoryNearlyFull"],
    disk: ["DiskAlarm", "DiskFillsUp"],
    connections: ["ConnectionChurn", "ChannelChurn", "FileDescriptorsNearlyUsed"],
    "logins-refused": ["LoginsRefused"],
    unroutable: ["MessagesUnroutable", "MessagesUnrouted"],
    "publishes-fail": [
        "PublishesRejected",
        "PublishesFail",
        "ConfirmsSlow",
        "PublishPoolExhausted",
        "SubmissionsUnknown",
    ],
    "dead-letters": ["DeadLettersPresent", "DeadLetteringStalled"],
    consumers: ["QueueHasNoConsumers", "ConsumersStuck"],
    "long-queue": ["QueueGrowing", "QueueNearlyFull", "OldestMessageOverdue"],
    "late-analyses": [
        "ErrorBudgetBurns",
        "UrgentAnalysesLate",
        "JobsExpire",
        "JobsStartLate",
        "SubmissionsRefused",
    ],
    "messages-fail": ["MessagesFail", "MessagesRetried", "MessagesRedelivered"],
    "service-down": ["ServiceDown", "ServiceNotReady", "ReplicaNotReady", "ServiceDisconnected"],
    "replies-refused": ["RepliesRefused"],
    database: ["DatabaseFails", "DatabasePoolExhausted"],
    "object-store": ["ObjectStoreFails", "ObjectStoreSlow"],
    "hostile-mail": ["MailsIncomplete", "ParsersKilled"],
    notifications: ["ConsumptionPaused", "NotificationsFail"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The URL of an alert's runbook. @param folder the URL of `docs/runbooks/alerts` */
export function runbookUrl(folder: string): RunbookUrl {
    const pages = new Map<string, string>(
        Object.entries(runbooks).flatMap(([page, alerts]) => alerts.map((alert) => [alert, page] as const)),
    );
    return (alert) => {
        const page = pages.get(alert);
        return page === undefined ? undefined : `${folder}/${page}.md`;
    };
}
