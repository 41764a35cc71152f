import type {
    MessageHistory,
    MessageProperties,
    ParkedMessage,
    ParkingCause,
    RedriveOutlook,
    RedriveTarget,
} from "@spot-messaging/topology/messages";
import type { CauseGroup, ParkedGroups } from "../../../packages/cli/src/messages/causeGroups.ts";
import type { MessageExplanation } from "../../../packages/cli/src/messages/messageExplanation.ts";
import type { PeekedMessage, PeekedQueue } from "../../../packages/cli/src/messages/peekedQueue.ts";
import type { ExportReport, RedriveReport } from "../../../packages/cli/src/messages/redriveReport.ts";

/**
 * What the commands that take messages print with `--json`, with every field, which the types require. That they print it is proved on real
 * brokers, in tests/broker/deadLetters.test.ts.
 */
const properties: Required<MessageProperties> = {
    messageId: "m",
    correlationId: "c",
    type: "order",
    appId: "till",
    userId: "till",
    contentType: "application/json",
    timestamp: 0,
};
const message: Required<ParkedMessage> = {
    vhost: "shop",
    queue: "orders.dlq",
    exchange: "dead",
    routingKey: "orders",
    properties,
    headers: {},
    bytes: 2,
    isValidJson: true,
};
const cause: Required<ParkingCause> = {
    reason: "failed",
    queue: "orders",
    service: "billing",
    release: "1.0.0",
    errorType: "TimeoutError",
    error: "not done within 20 s",
    attempts: 5,
    at: 0,
    sentence: "it failed",
    settings: [],
};
const history: Required<MessageHistory> = { deaths: [], failure: {}, redrives: [], deliveries: 1 };
const target: Required<RedriveTarget> = { exchange: "spot.retry", routingKey: "orders", queue: "orders" };
const outlook: Required<RedriveOutlook> = { verdict: "open", reasons: [], target };
const group: Required<CauseGroup> = {
    reason: "failed",
    queue: "orders",
    service: "billing",
    release: "1.0.0",
    errorType: "TimeoutError",
    error: "not done within 20 s",
    count: 1,
    example: "it failed",
    oldest: 0,
    newest: 0,
};
const groups: Required<ParkedGroups> = {
    vhost: "shop",
    queue: "orders.dlq",
    total: 1,
    read: 1,
    mayReorder: false,
    causes: [group],
    problem: "no permission",
};
const explanation: Required<MessageExplanation> = {
    message,
    history,
    cause,
    alike: { count: 1, read: 1, total: 1 },
    outlook,
    body: "{}",
};
const peekedMessage: Required<PeekedMessage> = { ...message, cause, body: "e30=" };
const peeked: Required<PeekedQueue> = {
    vhost: "shop",
    queue: "orders.dlq",
    type: "quorum",
    version: "4.3.6",
    total: 1,
    mayReorder: false,
    messages: [peekedMessage],
};
const redriven: Required<RedriveReport> = {
    vhost: "shop",
    queue: "orders.dlq",
    dryRun: false,
    run: "r",
    audit: "topology-r.jsonl",
    total: 1,
    sent: [{ target, count: 1 }],
    kept: [{ reason: "do not match", count: 0, isProblem: false }],
    stopped: "it was interrupted",
};
const exported: Required<ExportReport> = {
    vhost: "shop",
    queue: "orders.dlq",
    file: "orders.jsonl",
    exported: 1,
    inexact: 0,
    removed: true,
};

export const messageOutputs: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
    dead: () => Promise.resolve([{ queues: [groups] }]),
    why: () => Promise.resolve([explanation]),
    peek: () => Promise.resolve([peeked]),
    redrive: () => Promise.resolve([redriven]),
    messages: () => Promise.resolve([redriven, exported]),
};
