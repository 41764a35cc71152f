import { compile, type Declaration, type Topology } from "@spot-messaging/topology";
import { buildReport, type Report, reviewStack } from "@spot-messaging/topology/review";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { declareSpot } from "../../../src/topology/index.ts";
import { devConfig, prodConfig } from "../environments.ts";

const configs = { dev: devConfig, prod: prodConfig } as const;

/** A change of one line of spot's program or of its configuration. */
export interface OneLineChange {
    readonly name: string;
    readonly change?: (declaration: Declaration) => Declaration;
    readonly config?: Readonly<Record<string, string>>;
    /** The first line of the report, which is that of both stacks where their values are equal. */
    readonly line: string;
}

function side(
    stack: keyof typeof configs,
    { change = (all) => all, config = {} }: Partial<OneLineChange>,
): Topology {
    const environment = parseEnvironment(stack, { ...configs[stack], ...config });
    return compile(change(declareSpot(environment)), environment.brokerVersion);
}

/** The review of both stacks of spot after a change. */
export function reviewOf(change: Partial<OneLineChange>): Report {
    return buildReport({
        stacks: (["dev", "prod"] as const).map((stack) =>
            reviewStack({
                stack,
                before: side(stack, {}),
                after: side(stack, change),
                hashes: { before: "6d1e0a".repeat(10), after: "90b7c2".repeat(10) },
                problems: [],
            }),
        ),
        unread: [],
        evidence: { stacks: new Map(), problems: [] },
        approvals: { file: "topology/approvals.yaml", entries: [] },
        approvalUse: { today: "2026-11-24", earlier: [], whole: true },
        problems: [],
        provenance: {
            base: { name: "origin/main", commit: "424009a1f5a6c7b8d9e0f1a2b3c4d5e6f7a8b9c0" },
            head: { name: "the working tree" },
            tool: "@spot-messaging/cli 1.0.0",
            command: "npx topology review --base 424009a1f5a6c7b8d9e0f1a2b3c4d5e6f7a8b9c0",
        },
        secrets: [],
    });
}

/** The declaration with another value wherever one occurs, as if a constant had changed. */
function replaced(from: string, to: string): (declaration: Declaration) => Declaration {
    return (declaration) =>
        JSON.parse(
            JSON.stringify(declaration).replaceAll(JSON.stringify(from), JSON.stringify(to)),
        ) as Declaration; // the same form with another text
}

function queueWith(name: string, fields: object): (declaration: Declaration) => Declaration {
    return (all) => ({
        ...all,
        queues: all.queues.map((each) => (each.name === name ? { ...each, ...fields } : each)),
    });
}

function serviceWith(name: string, fields: object): (declaration: Declaration) => Declaration {
    return (all) => ({
        ...all,
        services: all.services.map((each) => (each.name === name ? { ...each, ...fields } : each)),
    });
}

export const oneLineChanges: readonly OneLineChange[] = [
    {
        name: "lowers a TTL",
        change: queueWith("notifications.status", { ttl: 5_000 }),
        line: 'dev, prod: 1 to change, messages are dropped: queue "notifications.status": TTL 1 minute -> 5 seconds — not approved',
    },
    {
        name: "renames an exchange",
        change: replaced("spot.analysis", "spot.mail"),
        line: 'dev, prod: 15 DELETE, 12 to change, 15 to add, messages are dropped: exchange "spot.analysis" is renamed to "spot.mail"; services are broken: "analyzer-orchestrator", "analyzer.attachments" and 4 more — not approved',
    },
    {
        name: "renames a routing key",
        change: replaced("analyze.request", "analyze.ask"),
        line: 'dev, prod: 1 DELETE, 2 to change, 1 to add, no service receives: "analyze.request" of "spot.analysis" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes); services are broken: "gateway" — not approved',
    },
    {
        name: "renames a queue",
        change: replaced("notifications.status", "notifications.states"),
        line: 'dev, prod: 3 DELETE, 2 to change, 3 to add, messages are lost: queue "notifications.status" is renamed to "notifications.states"; services are broken: "notifier" — not approved',
    },
    {
        name: "renames a queue with dead letters",
        change: replaced("result-processor", "results"),
        line: 'dev, prod: 13 DELETE, 1 to change, 12 to add, messages are lost: service "result-processor" is deleted, with queues "result-processor", "result-processor.dlq"; services are broken: "operator", "result-processor"; check finds 1 new error (danglingReference) — not approved — 1 problem to fix',
    },
    {
        name: "renames the virtual host",
        change: replaced("spot", "post"),
        line: 'dev, prod: 176 DELETE, 176 to add, messages are lost: virtual host "spot" is renamed to "post", with 29 queues; services are broken: "operator", "analyzer-orchestrator" and 7 more — not approved',
    },
    {
        name: "adds a queue",
        change: (all) => ({
            ...all,
            queues: [...all.queues, ...copies(all, "result-processor", "ledger")],
        }),
        line: "dev, prod: 7 to add, nothing is lost; check finds 1 new error (unconsumedQueue) — 1 problem to fix",
    },
    {
        name: "removes a binding",
        change: (all) => ({
            ...all,
            queues: all.queues.map((each) => ({
                ...each,
                sources: each.sources.filter(({ routingKey }) => routingKey !== "notify.alert"),
            })),
        }),
        line: 'dev, prod: 2 DELETE, no service receives: "notify.alert" of "spot.notifications" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes); check finds 1 new error (unroutedPublication) — not approved — 1 problem to fix',
    },
    {
        name: "lowers a length limit",
        change: queueWith("result-processor", { bound: { messages: 10, size: 2 ** 31 } }),
        line: 'dev, prod: 2 to change, messages may be delayed: queue "result-processor": length limit 50,000 -> 10; nothing is lost',
    },
    {
        name: "changes the purpose of a queue",
        change: queueWith("notifications.status", { purpose: "parking" }),
        line: 'dev, prod: 1 REPLACE, 1 DELETE, 1 to change, messages are lost: queue "notifications.status": purpose transient -> parking, type classic -> quorum; services are broken: "analyzer-orchestrator", "analyzer.attachments" and 5 more; check finds 7 new errors (unroutedPublication) — not approved — 6 problems to fix',
    },
    {
        name: "makes a user an administrator",
        change: serviceWith("monitoring", { tags: ["administrator"] }),
        line: 'dev, prod: 2 to change, permissions are widened: user "monitoring" (manage all users, permissions and virtual hosts (tag "administrator")); check finds 1 new error (administratorService) — not approved — 1 problem to fix',
    },
    {
        name: "lets a service redrive the messages of a queue",
        change: serviceWith("monitoring", { redrives: true, inspects: ["result-processor.dlq"] }),
        line: "dev, prod: 2 to change, 1 to add, nothing is lost",
    },
    {
        name: "retries later",
        config: { retryDelay: "10 seconds" },
        line: "dev: 9 to change, messages may be delayed: 9 queues: first retry delay 2 seconds -> 10 seconds; nothing is lost",
    },
    {
        name: "retries less often",
        config: { retryAttempts: "3" },
        line: "dev, prod: 18 to change, messages may be delayed: 9 queues: delivery limit 4 -> 2; nothing is lost",
    },
    {
        name: "runs an analyzer less",
        config: { analyzers: '["headers","content","links"]', serviceReplicas: "[]" },
        line: 'dev, prod: 18 DELETE, 6 to change, messages are lost: service "analyzer.attachments" is deleted, with queues "admin.analyzer.attachments", "analyzer.attachments", "analyzer.attachments.dlq"; services are broken: "operator", "analyzer-orchestrator" and 1 more — not approved',
    },
    {
        name: "runs more replicas",
        config: { analyzerReplicas: "5" },
        line: "dev, prod: 4 to change, nothing is lost",
    },
    {
        name: "shortens a time limit",
        config: { rpcTimeout: "2 seconds" },
        line: 'dev, prod: 3 to change, messages are dropped: queue "analyzer-orchestrator.rpc": TTL 5 seconds -> 2 seconds, and services "gateway", "analyzer-orchestrator" — not approved',
    },
    {
        name: "goes back to RabbitMQ 4.2",
        config: { brokerVersion: "4.2" },
        line: "dev, prod: 27 to change, 115 to add, messages are lost: broker: version 4.3 -> 4.2 — not approved",
    },
    {
        name: "raises a prefetch",
        change: (all) => ({
            ...all,
            services: all.services.map((each) => ({
                ...each,
                consumes: each.consumes.map((one) => ({ ...one, prefetch: one.prefetch * 2 })),
            })),
        }),
        line: "dev, prod: 8 to change, nothing is lost",
    },
    {
        name: "deletes a queue",
        change: (all) => ({
            ...all,
            queues: all.queues.filter(({ name }) => name !== "notifications.webhook"),
        }),
        line: 'dev, prod: 10 DELETE, 2 to change, messages are lost: queue "notifications.webhook" is deleted, with queue "notifications.webhook.dlq"; services are broken: "notifier", "operator"; check finds 2 new errors (danglingReference) — not approved — 2 problems to fix',
    },
    {
        name: "deletes a service",
        change: (all) => ({ ...all, services: all.services.filter(({ name }) => name !== "notifier") }),
        line: 'dev, prod: 4 DELETE, no service consumes: "admin.notifier", "notifications.email", "notifications.status" and 1 more; check finds 4 new errors (unconsumedQueue) — not approved — 4 problems to fix',
    },
];

/** A queue like another one, with another name. */
function copies(all: Declaration, name: string, copy: string): Declaration["queues"] {
    return all.queues.filter((each) => each.name === name).map((each) => ({ ...each, name: copy }));
}
