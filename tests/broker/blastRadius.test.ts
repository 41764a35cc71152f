import { readQueueNumbers } from "@spot-messaging/management";
import type { Topology } from "@spot-messaging/topology";
import type { QueueNumbers } from "@spot-messaging/topology/broker";
import { blastRadius } from "@spot-messaging/topology/review";
import type { ConfirmChannel } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lostMessagesOf, totalLostMessages } from "../../packages/topology/src/review/live/blastRadius.ts";
import { review } from "../../packages/topology/src/review/report/review.ts";
import { define } from "../../packages/topology/tests/checks/edits.ts";
import { destructiveEdits } from "../../packages/topology/tests/review/destructiveEdits.ts";
import { edited, spot } from "../../packages/topology/tests/review/edits.ts";
import { found } from "../unit/found.ts";
import { applied, moved } from "./support/applied.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";
import { counts, fill, importable, withVhost } from "./support/trialVhost.ts";

const results = "result-processor";
const status = "notifications.status";
const webhook = "notifications.webhook";

interface Trial {
    readonly name: string;
    /** The name of an edit in the table, or the edit itself. */
    readonly edit: string | ((all: Topology) => Topology);
    /** The number of messages in each queue, and how many of them are unacknowledged. */
    readonly held: Readonly<Record<string, { readonly messages: number; readonly unacknowledged?: number }>>;
    /** The number of lost messages, in the report and on the broker. */
    readonly lost: number;
    /** The number of messages that stay unacknowledged. @default 0 */
    readonly stillHeld?: number;
}

const trials: readonly Trial[] = [
    {
        name: "a queue that is replaced, with its unacknowledged messages",
        edit: "changes a queue's type",
        held: { [results]: { messages: 20, unacknowledged: 7 }, [status]: { messages: 3 } },
        lost: 20,
    },
    {
        name: "a queue that is deleted together with its dead-letter queue",
        edit: "deletes a queue that is consumed",
        held: {
            [webhook]: { messages: 12, unacknowledged: 1 },
            [`${webhook}.dlq`]: { messages: 5 },
            [results]: { messages: 4 },
        },
        lost: 17,
    },
    {
        name: "an empty queue",
        edit: "changes a queue's type",
        held: { [results]: { messages: 0 } },
        lost: 0,
    },
    {
        name: "a lowered length, for which only ready messages count",
        edit: "lowers a bound whose surplus is dropped",
        held: { [status]: { messages: 130, unacknowledged: 10 } },
        lost: 20,
        stillHeld: 10,
    },
    {
        name: "a lowered size, of messages of one size",
        edit: define(`queue.${status}`, (all) => ({
            ...all,
            "max-length-bytes": 20 * status.length,
        })),
        held: { [status]: { messages: 50 } },
        lost: 30,
    },
    {
        name: "a lowered TTL, which does not apply to queued messages",
        edit: define(`queue.${status}`, (all) => ({ ...all, "message-ttl": 10_000 })),
        held: { [status]: { messages: 15 } },
        lost: 0,
    },
    {
        name: "a deleted binding, which loses no message",
        edit: "takes one of two receivers' keys away",
        held: { [webhook]: { messages: 9 } },
        lost: 0,
    },
];

/**
 * Compares the numbers of messages in a report with those that were published, and with those that were lost when the edit was applied.
 * Not proved here: rates, which depend on the time of the broker's sample.
 */
describe("the numbers of a live broker", () => {
    let stack: TestStack;

    beforeAll(async () => {
        stack = await startStack("blast", "4.3");
    });

    afterAll(async () => {
        await stack.remove();
    });

    it.each(trials.map((trial, index) => ({ ...trial, index })))("are right for $name", async (trial) => {
        const vhost = `blast-${trial.index}`;
        const { before, after } = versionsOf(trial);
        const [was, is] = [moved(before, vhost), moved(after, vhost)];
        const report = review("dev", was, is);
        await withVhost(stack, vhost, async (connection, channel) => {
            await stack.api.post(["definitions"], importable(was));
            for (const [queue, { messages, unacknowledged = 0 }] of Object.entries(trial.held)) {
                await fill(channel, queue, messages);
                await hold(channel, queue, unacknowledged);
            }
            const queues = await collected(stack, vhost, trial.held);
            const radius = blastRadius(report, was, { broker: "live", queues, now: Date.now() });
            const touched = new Map([...radius.changes.values()].flat().map((each) => [each.name, each]));
            for (const [name, numbers] of touched) {
                const { messages = 0, unacknowledged = 0 } = trial.held[name] ?? {};
                expect(numbers, name).toMatchObject({
                    exists: true,
                    ready: messages - unacknowledged,
                    unacknowledged,
                });
                // A quorum queue counts some properties besides the body.
                const bodies = messages * name.length;
                expect(numbers.bytes, name).toBeGreaterThanOrEqual(bodies);
                expect(numbers.bytes, name).toBeLessThanOrEqual(bodies + 16 * messages);
            }
            expect(totalLostMessages(radius)).toBe(trial.lost);
            expect(lostMessagesOf([...touched.values()]).isExact).toBe(true);

            const total = Object.values(trial.held).reduce((sum, { messages }) => sum + messages, 0);
            await applied(stack.api, is, report.changes);
            const expected = total - trial.lost - (trial.stillHeld ?? 0);
            const left = await eventually(`${expected} ready messages in ${vhost}`, async () => {
                const all = [...(await counts(connection, was, is)).values()];
                const ready = all.reduce((sum, each) => sum + each, 0);
                return ready === expected ? ready : undefined;
            });
            expect(total - left - (trial.stillHeld ?? 0)).toBe(trial.lost);
        });
    });

    it("count everything in a deleted virtual host, also undeclared objects", async () => {
        const vhost = "blast-vhost";
        const was = moved(spot, vhost);
        const is = {
            ...was,
            vhosts: [],
            exchanges: [],
            queues: [],
            bindings: [],
            policies: [],
            permissions: [],
            topicPermissions: [],
        };
        await withVhost(stack, vhost, async (_, channel) => {
            await stack.api.post(["definitions"], importable(was));
            await stack.api.declareQueue(vhost, "undeclared", {
                durable: true,
                auto_delete: false,
                arguments: {},
            });
            const held = { undeclared: { messages: 6 }, [results]: { messages: 2 } };
            for (const [queue, { messages }] of Object.entries(held)) {
                await fill(channel, queue, messages);
            }
            const queues = await collected(stack, vhost, held);
            const { changes } = blastRadius(review("dev", was, is), was, {
                broker: "live",
                queues,
                now: Date.now(),
            });
            expect(
                lostMessagesOf(found(changes.get(`delete vhost ${vhost}`), "the vhost's numbers")),
            ).toEqual({
                known: 8,
                isExact: true,
            });
        });
    });

    it("are read page by page; a virtual host that does not exist has no numbers", async () => {
        const vhost = "blast-pages";
        await withVhost(stack, vhost, async () => {
            const names = Array.from({ length: 620 }, (_, index) => `q${index}`);
            const queues = names.map((name) => ({
                vhost,
                name,
                durable: true,
                auto_delete: false,
                arguments: { "x-queue-type": "classic" },
            }));
            await stack.api.post(["definitions"], { queues });
            const numbers = await readQueueNumbers(stack.api, [vhost, "not-there"]);
            expect(numbers.map(({ name }) => name).sort()).toEqual(names.sort());
        });
    });
});

function versionsOf({ name, edit }: Trial): { readonly before: Topology; readonly after: Topology } {
    return typeof edit === "string"
        ? found(
              destructiveEdits.find((each) => each.name === edit),
              `the edit "${edit}"`,
          )
        : edited(name, edit, "none", "");
}

async function hold(channel: ConfirmChannel, queue: string, count: number): Promise<void> {
    for (let taken = 0; taken < count; taken++) {
        expect(await channel.get(queue)).not.toBe(false);
    }
}

/** The broker collects its numbers every 5 seconds. */
async function collected(
    stack: TestStack,
    vhost: string,
    held: Trial["held"],
): Promise<readonly QueueNumbers[]> {
    return eventually(`the numbers of ${vhost}`, async () => {
        const numbers = await readQueueNumbers(stack.api, [vhost]);
        const byName = new Map(numbers.map((each) => [each.name, each]));
        const isThere = Object.entries(held).every(([name, { messages, unacknowledged = 0 }]) => {
            const each = byName.get(name);
            // The broker tells a queue's counts before its size.
            return (
                each?.ready === messages - unacknowledged &&
                each.unacknowledged === unacknowledged &&
                each.bytes !== undefined &&
                each.bytes >= messages * name.length
            );
        });
        return isThere ? numbers : undefined;
    });
}
