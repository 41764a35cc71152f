import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { analyzerName, exchanges, keys, vhostName } from "../../../src/topology/names.ts";
import { withBroker } from "../support/messages.ts";
import { restore, scale } from "./deployments.ts";
import type { Disturbance } from "./disturbance.ts";
import { manage, publish, purge, repeated } from "./queues.ts";

/** A counter that appears with its first event has no increase before its second one. */
const betweenRounds = 35_000;

const disturbedQueue = analyzerName("links");
const job = { exchange: exchanges.analysis, key: keys.job("links"), content: "{not json" } as const;
const smallPolicy = `policies/${vhostName}/disturbance`;

/** A notification that the notifier understands. */
export function notification(serial: number): string {
    return JSON.stringify({
        kind: "alert",
        analysis: `disturbance-${serial}`,
        at: new Date().toISOString(),
    });
}

/** A command that changes nothing. */
function resume(): string {
    return JSON.stringify({ command: "resume", issuedAt: new Date().toISOString() });
}

/** What clients of the broker do wrong. */
export const messageDisturbances = {
    wrongMessages: {
        name: "messages that no queue takes, no consumer understands or no caller sent, and wrong passwords",
        alerts: ["MessagesUnrouted", "DeadLettersPresent"],
        windowed: [
            ...["MessagesFail", "MessagesUnroutable", "RepliesRefused"],
            ...["ConnectionChurn", "ChannelChurn", "LoginsRefused"],
        ],
        begin: async (site) => {
            for (let round = 0; round < 2; round += 1) {
                await withBroker(site, async (connection) => {
                    await publish(connection, [
                        { exchange: exchanges.analysis, key: "nothing", content: "{}" },
                        { exchange: exchanges.replies, key: "unknown", content: "{}" },
                        // Not wrong: the queues of commands have counters from their first message on.
                        { exchange: exchanges.admin, key: keys.adminAll, content: resume() },
                        {
                            ...{ exchange: exchanges.rpc, key: keys.rpcStatus, content: "{}" },
                            options: { replyTo: "somebody", correlationId: "1" },
                        },
                        ...repeated(20, job),
                    ]);
                    for (let count = 0; count < 1_000; count += 1) {
                        await (await connection.createChannel()).close();
                    }
                });
                for (let count = 0; count < 70; count += 1) {
                    await withBroker(site, () => Promise.resolve());
                }
                for (let count = 0; count < 12; count += 1) {
                    const wrong = withBroker(site, () => Promise.resolve(), { password: "wrong" });
                    await expect(wrong).rejects.toThrow();
                }
                await sleep(betweenRounds);
            }
        },
        end: async (site) => {
            await purge(site, "unrouted");
            await purge(site, `${disturbedQueue}.dlq`);
        },
    },
    fullDeadLetters: {
        name: "a dead-letter queue that is full",
        alerts: ["DeadLettersPresent"],
        windowed: ["DeadLetteringStalled", "PublishesRejected"],
        begin: async (site) => {
            await manage(site, "PUT", smallPolicy, {
                pattern: `^${disturbedQueue.replace(".", "\\.")}\\.dlq$`,
                "apply-to": "queues",
                priority: 100,
                definition: { "max-length": 5, overflow: "reject-publish" },
            });
            for (let round = 0; round < 2; round += 1) {
                await withBroker(site, async (connection) => {
                    await publish(connection, repeated(60, job));
                });
                await sleep(betweenRounds);
            }
        },
        end: async (site) => {
            await manage(site, "DELETE", smallPolicy);
            // The broker publishes stalled dead letters again after three minutes.
            for (let round = 0; round < 20; round += 1) {
                await sleep(10_000);
                await purge(site, `${disturbedQueue}.dlq`);
            }
        },
    },
    absentNotifier: {
        name: "a queue that grows without consumers",
        alerts: ["ServiceDown", "QueueHasNoConsumers", "QueueNearlyFull", "QueueGrowing"],
        windowed: [],
        begin: async (site, active) => {
            await scale(site, "notifier", 0);
            await active("QueueHasNoConsumers");
            await withBroker(site, async (connection) => {
                await publish(
                    connection,
                    repeated(16_200, {
                        exchange: "",
                        key: "notifications.webhook",
                        content: notification(0),
                    }),
                );
            });
        },
        end: async (site) => {
            await purge(site, "notifications.webhook");
            await restore(site, "notifier");
        },
    },
} satisfies Readonly<Record<string, Disturbance>>;
