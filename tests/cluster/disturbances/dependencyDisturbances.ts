import { setTimeout as sleep } from "node:timers/promises";
import { exchanges, keys } from "../../../src/topology/names.ts";
import { withBroker } from "../support/messages.ts";
import type { Site } from "../support/site.ts";
import type { Disturbance } from "./disturbance.ts";
import { notification } from "./messageDisturbances.ts";
import { publish, purge } from "./queues.ts";

/** Locks all tables of the services for some seconds. */
async function lockTables({ query }: Site, seconds: number): Promise<void> {
    await query(`
        DO $$
        DECLARE each record;
        BEGIN
            -- Of two transactions that wait for each other, a service's is ended.
            PERFORM set_config('deadlock_timeout', '60s', true);
            FOR each IN SELECT schemaname, tablename FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LOOP
                EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', each.schemaname, each.tablename);
            END LOOP;
            PERFORM pg_sleep(${seconds});
        END $$`);
}

const unlockTables =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LOCK TABLE%' AND pid <> pg_backend_pid()";

/** What the services need besides the broker: a database, an object store, and receivers of notifications. */
export const dependencyDisturbances = {
    slowDatabase: {
        name: "a database that is slow, then does not answer",
        alerts: ["DatabasePoolExhausted", "ServiceNotReady"],
        windowed: ["DatabaseFails"],
        rate: 4,
        begin: async (site, active) => {
            const until = new AbortController();
            const slow = (async () => {
                while (!until.signal.aborted) {
                    await lockTables(site, 4);
                    await sleep(300);
                }
            })();
            await active("DatabasePoolExhausted").finally(() => {
                until.abort();
            });
            await slow;
            const locked = lockTables(site, 600).catch(() => undefined);
            await active("ServiceNotReady", "DatabaseFails").finally(async () => {
                await site.query(unlockTables);
            });
            await locked;
        },
        end: async (site) => {
            await site.query(unlockTables);
        },
    },
    silentStore: {
        name: "an object store that does not answer",
        alerts: [],
        windowed: ["ObjectStoreFails", "ObjectStoreSlow"],
        rate: 2,
        begin: async ({ store }, active) => {
            await store.container.pause();
            await active("ObjectStoreFails", "ObjectStoreSlow");
        },
        end: async ({ store }) => {
            await store.container.unpause();
        },
    },
    wrongReceiver: {
        name: "a receiver of notifications that refuses some, then does not answer",
        alerts: ["ConsumptionPaused"],
        windowed: ["NotificationsFail", "MessagesRetried", "MessagesRedelivered", "MessagesFail"],
        begin: async (site, active) => {
            const { sink } = site;
            await sink.refuse(true);
            await withBroker(site, async (connection) => {
                for (let round = 0; round < 60; round += 1) {
                    // So few that no replica sees three of them without another one: then it would pause.
                    const serials = Array.from({ length: 6 }, (_, index) => round * 6 + index);
                    await publish(
                        connection,
                        serials.map((serial) => ({
                            exchange: exchanges.notifications,
                            key: keys.alert,
                            content: notification(serial),
                            options: { messageId: `${serial % 3 === 0 ? "refused" : "taken"}-${serial}` },
                        })),
                    );
                    await sleep(1_000);
                }
            });
            await active("NotificationsFail", "MessagesRetried", "MessagesRedelivered");
            await sink.refuse(false);
            await sink.container.pause();
            await withBroker(site, async (connection) => {
                await publish(connection, [
                    { exchange: exchanges.notifications, key: keys.alert, content: notification(1_000) },
                ]);
            });
            await active("ConsumptionPaused", "MessagesFail");
        },
        end: async (site) => {
            await site.sink.container.unpause().catch(() => undefined);
            await site.sink.refuse(false);
            await sleep(20_000);
            await purge(site, "notifications.webhook.dlq");
        },
    },
} satisfies Readonly<Record<string, Disturbance>>;
