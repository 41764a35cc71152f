/** The names that services and operators use; all other names are derived from them. */
export const vhostName = "spot";

/** Renaming it would delete every object, unless it gets an alias. */
export const componentName = "spot";

export const exchanges = {
    analysis: "spot.analysis",
    notifications: "spot.notifications",
    admin: "spot.admin",
    rpc: "spot.rpc",
    replies: "spot.replies",
    retry: "spot.retry",
    deadLetter: "spot.dead-letter",
    unrouted: "spot.unrouted",
} as const;

export const services = {
    gateway: "gateway",
    orchestrator: "analyzer-orchestrator",
    resultProcessor: "result-processor",
    notifier: "notifier",
    operator: "operator",
    monitoring: "monitoring",
} as const;

/** The name of an analyzer's service, user and queue. */
export function analyzerName(analyzer: string): string {
    return `analyzer.${analyzer}`;
}

export function adminQueue(service: string): string {
    return `admin.${service}`;
}

export const keys = {
    request: "analyze.request",
    job: (analyzer: string): string => `analyze.job.${analyzer}`,
    finding: (analyzer: string): string => `analyze.finding.${analyzer}`,
    anyFinding: "analyze.finding.*",
    result: "analyze.result",
    status: "notify.status",
    completed: "notify.completed",
    failed: "notify.failed",
    alert: "notify.alert",
    adminAll: "admin.all",
    admin: (service: string): string => `admin.${service}`,
    rpcStatus: "analysis.status",
    rpcSubmit: "analysis.submit",
} as const;
