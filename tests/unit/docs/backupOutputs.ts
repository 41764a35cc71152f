import type { BackupReport, RestoreReport } from "../../../packages/cli/src/backup/backupReport.ts";

/** What `topology backup` and `topology restore` print with `--json`, with every field. tests/broker/backup.test.ts proves that they print it. */
const broker: Required<BackupReport>["broker"] = {
    endpoint: "http://localhost:15672",
    cluster: "rabbit@shop",
    version: "4.3.6",
    user: "operator",
    at: "2026-11-30T10:00:00.000Z",
    unseen: [],
};
const backup: Required<BackupReport> = {
    file: "shop.backup",
    dryRun: false,
    broker,
    objects: {},
    queues: [{ vhost: "shop", queue: "orders.dlq", count: 1, inexact: 0 }],
    unread: [{ vhost: "shop", queue: "bills.dlq", problem: "it was deleted" }],
    size: 1,
    stopped: "it was interrupted",
};
const restore: Required<RestoreReport> = {
    file: "shop.backup",
    dryRun: false,
    backup: broker,
    broker: { endpoint: broker.endpoint, version: broker.version },
    added: [],
    replaced: [],
    kept: [{ object: 'queue "orders"', fields: ["arguments"], reason: "differs", isProblem: true }],
    stray: [],
    queues: [
        {
            vhost: "shop",
            queue: "orders.dlq",
            count: 1,
            present: 0,
            restored: 1,
            inexact: 0,
            problem: "the queue does not exist",
        },
    ],
    remarks: [],
    failed: [],
};

export const backupOutputs: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
    backup: () => Promise.resolve([backup]),
    restore: () => Promise.resolve([restore]),
};
