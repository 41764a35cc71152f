import { setTimeout as sleep } from "node:timers/promises";
import type { Topology } from "@spot-messaging/topology";
import type amqp from "amqplib";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { samplesOf } from "../../packages/topology/src/review/compare/routes/routeProbe.ts";
import { type Review, review } from "../../packages/topology/src/review/report/review.ts";
import { isDestructive } from "../../packages/topology/src/review/report/verdict.ts";
import { define } from "../../packages/topology/tests/checks/edits.ts";
import { destructiveEdits } from "../../packages/topology/tests/review/destructiveEdits.ts";
import { type Edit, edited, spot } from "../../packages/topology/tests/review/edits.ts";
import { harmlessEdits } from "../../packages/topology/tests/review/harmlessEdits.ts";
import { found } from "../unit/found.ts";
import { applied, moved } from "./support/applied.ts";
import { publishOnce } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";
import { connectTo, counts, fill, importable, withVhost } from "./support/trialVhost.ts";

/** How an edit of the tables is tried on a broker that holds messages, and what the broker was seen to do. */
interface Trial {
    /** The name in a table, or an edit like one of them that takes less long. */
    readonly edit: string | Edit;
    /** How many messages lie in each queue when the edit is applied. */
    readonly held?: Readonly<Record<string, number>>;
    /** What makes the broker act on the new rule, where applying it alone does not. */
    readonly then?: (broker: Broker) => Promise<void>;
    /** The same, while an object is deleted and not made again yet. */
    readonly meanwhile?: (broker: Broker) => Promise<void>;
    /** How many of all messages no queue has any more. @default 0 */
    readonly gone?: number;
    /** How many are in another queue than before. @default 0 */
    readonly elsewhere?: number;
    /** How many the broker did not take, or sent back. @default 0 */
    readonly refused?: number;
}

/** What a trial does to messages; what it publishes and does not get rid of is counted as refused. */
interface Broker {
    /** Gives a queue's first message up. */
    readonly reject: (queue: string) => Promise<void>;
    /** Returns a queue's first message as failed, several times. */
    readonly fail: (queue: string, times: number) => Promise<void>;
    readonly publish: (exchange: string, routingKey: string) => Promise<void>;
    /** Puts further messages into a queue. */
    readonly send: (queue: string, count: number) => Promise<void>;
    readonly wait: (ms: number) => Promise<void>;
}

const results = "result-processor";
const evidence = `${results}.dlq`;
const status = "notifications.status";
const email = "notifications.email";
const webhook = "notifications.webhook";

function short(name: string, queue: string, definition: Readonly<Record<string, number>>): Edit {
    return edited(
        name,
        define(`queue.${queue}`, (all) => ({ ...all, ...definition })),
        "none",
        "",
    );
}

const trials: readonly Trial[] = [
    { edit: "changes a queue's type", held: { [results]: 20 }, gone: 20 },
    { edit: "lets a queue delete itself", held: { [status]: 20 }, gone: 20 },
    { edit: "gives a queue priorities", held: { [status]: 20 }, gone: 20 },
    { edit: "sets a TTL by argument", held: { [results]: 20, [evidence]: 5 }, gone: 20 },
    { edit: "deletes a queue by hand", held: { [results]: 5, [evidence]: 20 }, gone: 20 },
    { edit: "deletes a queue that is consumed", held: { [webhook]: 20, [email]: 5 }, gone: 20 },
    { edit: "renames a queue and its consumer's subscription", held: { [results]: 20 }, gone: 20 },
    {
        edit: short("lets an unused queue expire soon", status, { expires: 400 }),
        held: { [status]: 20 },
        then: ({ wait }) => wait(1_000),
        gone: 20,
    },
    {
        edit: "changes an exchange's type",
        held: { [results]: 20 },
        meanwhile: ({ publish }) => publish("spot.analysis", "analyze.result"),
        refused: 1,
    },
    {
        edit: "gives an exchange an argument",
        held: { "analyzer-orchestrator.rpc": 5 },
        meanwhile: ({ publish }) => publish("spot.rpc", "analysis.status"),
        refused: 1,
    },
    {
        edit: "changes the dead-letter exchange's type",
        held: { [email]: 20 },
        meanwhile: ({ reject }) => reject(email),
        gone: 1,
    },
    { edit: "removes a key", held: { [results]: 20 } },
    { edit: "mistypes a key", held: { "analyzer-orchestrator.findings": 20 } },
    {
        edit: "removes a key without an alternate exchange",
        then: ({ publish }) => publish("spot.rpc", "analysis.status"),
        refused: 1,
    },
    { edit: "takes one of two receivers' keys away", held: { [webhook]: 20 } },
    { edit: "moves a key to another queue", held: { "analyzer.links": 20 } },
    {
        edit: "unbinds a dead-letter queue",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        elsewhere: 1,
    },
    {
        edit: "unbinds the queue of the unrouted",
        then: ({ publish }) => publish("spot.analysis", "no.such.key"),
        refused: 1,
    },
    {
        edit: "takes an alternate exchange away",
        then: ({ publish }) => publish("spot.notifications", "no.such.key"),
        refused: 1,
    },
    {
        edit: short("lowers a TTL to half a second", status, { "message-ttl": 500 }),
        then: ({ send, wait }) => send(status, 5).then(() => wait(600)),
        gone: 5,
    },
    {
        edit: short("sets a TTL of half a second where dead letters are kept", results, {
            "message-ttl": 500,
        }),
        then: ({ send, wait }) => send(results, 5).then(() => wait(600)),
        elsewhere: 5,
    },
    { edit: "lowers a bound whose surplus is dropped", held: { [status]: 120 }, gone: 20 },
    { edit: "lowers a bound whose surplus is dead-lettered", held: { [email]: 25 }, elsewhere: 15 },
    {
        edit: "lowers a bound that refuses",
        held: { [results]: 25 },
        then: ({ publish }) => publish("spot.analysis", "analyze.result"),
        refused: 1,
    },
    { edit: "caps one queue's length as an operator", held: { [status]: 25 }, gone: 15 },
    {
        edit: "takes the dead letters of a queue away",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        gone: 1,
    },
    {
        edit: "sends dead letters to an exchange that is not there",
        held: { [email]: 20 },
        then: ({ reject }) => reject(email),
        gone: 1,
    },
    {
        edit: "deletes a queue's policy",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        gone: 1,
    },
    {
        edit: "looks at queues of another type",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        gone: 1,
    },
    {
        edit: "puts another policy above",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        gone: 1,
    },
    {
        edit: "limits the deliveries of evidence",
        held: { [evidence]: 20 },
        then: ({ fail }) => fail(evidence, 4),
        gone: 1,
    },
    { edit: "renames a policy", held: { [results]: 20 } },
    { edit: "raises a bound", held: { [results]: 20 } },
    { edit: "raises a TTL", held: { [status]: 20 } },
    { edit: "takes a TTL away", held: { [status]: 20 } },
    {
        edit: "puts two queues under one policy, and so their dead letters together",
        held: { "analyzer.links": 20, "analyzer.content": 20 },
        then: ({ reject }) => reject("analyzer.links"),
        elsewhere: 1,
    },
    { edit: "counts a queue as critical", held: { [email]: 20 } },
    { edit: "finds the same dead-letter queue by another key", held: { [results]: 20 } },
    { edit: "adds a queue next to another, on the same key", held: { [results]: 20 } },
    { edit: "widens a key", held: { "analyzer-orchestrator.findings": 20 } },
    { edit: "unbinds an unused key", held: { [results]: 20 } },
];

/**
 * The dev stack's topology, in a virtual host of its own for each edit, is changed as the engine changes it while messages lie in it. What
 * happens to them, and where messages go afterwards, is what the review said. Not proved here: what consumers notice.
 */
describe("what the review says of an edit, and what the broker does", () => {
    let stack: TestStack;

    beforeAll(async () => {
        stack = await startStack("review", "4.3");
    });

    afterAll(async () => {
        await stack.remove();
    });

    it.each(trials.map((trial, index) => ({ ...trial, ...editOf(trial), index })))(
        "$name",
        async ({ index, before, after, ...trial }) => {
            const vhost = `review-${index}`;
            const was = moved(before, vhost);
            const is = moved(after, vhost);
            const report = review("dev", was, is);
            await withVhost(stack, vhost, async (connection, channel) => {
                await stack.api.post(["definitions"], importable(was));
                for (const [queue, count] of Object.entries(trial.held ?? {})) {
                    await fill(channel, queue, count);
                }
                let refused = 0;
                let sent = 0;
                const broker: Broker = {
                    ...brokerOn(connection, channel, () => {
                        refused++;
                    }),
                    send: async (queue, count) => {
                        await fill(channel, queue, count);
                        sent += count;
                    },
                };
                await applied(stack.api, is, report.changes, () =>
                    trial.meanwhile === undefined ? Promise.resolve() : trial.meanwhile(broker),
                );
                const holds = fromExport(await stack.api.definitions(), vhost, systemUsers(stack));
                expect(onBroker(holds)).toEqual(onBroker(toDefinitions(is)));
                await trial.then?.(broker);

                const seen = await settled(connection, is, was, trial, sent);
                expect({ ...seen, refused }).toEqual({
                    gone: trial.gone ?? 0,
                    elsewhere: trial.elsewhere ?? 0,
                    refused: trial.refused ?? 0,
                });
                await expectRoutes(connection, is, report);
            });
            // The report promises nothing worse, and nothing better, than what was seen.
            const { verdict } = report;
            const suffers = (trial.gone ?? 0) > 0 || (trial.refused ?? 0) > 0;
            const isLimit = trial.edit === "lowers a bound that refuses";
            const losesCopies = report.routing.some(({ consequence }) => isDestructive(consequence));
            expect(isDestructive(verdict.consequence)).toBe((suffers && !isLimit) || losesCopies);
            if ((trial.elsewhere ?? 0) > 0 || isLimit) {
                expect(verdict.consequence).toBe("delayed");
            }
        },
    );

    it("refuses a service what a narrowed permission takes away", async () => {
        const vhost = "review-permission";
        const { before, after } = editOf({ edit: "takes a needed exchange away" });
        const [was, is] = [moved(before, vhost), moved(after, vhost)];
        const report = review("dev", was, is);
        await withVhost(stack, vhost, async () => {
            await stack.api.post(["definitions"], { ...importable(was), permissions: was.permissions });
            const publish = async (): Promise<string> => {
                const connection = await connectTo(stack, vhost, "gateway");
                const outcome = await publishOnce(connection, "spot.analysis", "analyze.request", "x");
                await connection.close();
                return outcome;
            };
            expect(await publish()).toBe("taken");
            await applied(stack.api, is, report.changes);
            expect(await publish()).toBe("refused");
        });
        expect(report.permissions.map(({ id, missing }) => ({ id, missing }))).toContainEqual({
            id: `rights ${vhost}/gateway write`,
            missing: ["spot.analysis", "spot.notifications", "spot.rpc"],
        });
        expect(report.verdict.consequence).toBe("dropped");
    });

    it.each([status, results])(
        "takes no message back that arrived in %s under a longer TTL, nor those behind it",
        async (queue) => {
            const vhost = "review-ttl";
            const was = moved(spot, vhost);
            const { after } = short("lowers a TTL", queue, { "message-ttl": 300 });
            await withVhost(stack, vhost, async (connection, channel) => {
                await stack.api.post(["definitions"], importable(was));
                await fill(channel, queue, 5);
                const is = moved(after, vhost);
                await applied(stack.api, is, review("dev", was, is).changes);
                await fill(channel, queue, 3);
                await sleep(1_000);
                expect((await counts(connection, is)).get(queue)).toBe(8);
            });
        },
    );
});

function editOf({ edit }: Trial): Edit {
    return typeof edit === "string"
        ? found(
              [...destructiveEdits, ...harmlessEdits].find(({ name }) => name === edit),
              `the edit "${edit}"`,
          )
        : edit;
}

/** What a trial applies. */
function onBroker({ exchanges, queues, bindings, policies }: ReturnType<typeof toDefinitions>): object {
    return { exchanges, queues, bindings, policies };
}

function systemUsers({ access }: TestStack): readonly string[] {
    return [access.administrator.username];
}

function brokerOn(
    connection: ChannelModel,
    channel: ConfirmChannel,
    refuse: () => void,
): Omit<Broker, "send"> {
    const first = async (queue: string): Promise<amqp.GetMessage> =>
        eventually(`a message in ${queue}`, async () => {
            const message = await channel.get(queue);
            return message === false ? undefined : message;
        });
    return {
        reject: async (queue) => {
            channel.reject(await first(queue), false);
            await channel.checkQueue(queue);
        },
        fail: async (queue, times) => {
            for (let time = 1; time <= times; time++) {
                channel.reject(await first(queue), true);
                await channel.checkQueue(queue);
            }
        },
        publish: async (exchange, routingKey) => {
            if ((await publishOnce(connection, exchange, routingKey, "probe")) !== "taken") {
                refuse();
            }
        },
        wait: (ms) => sleep(ms),
    };
}

/** What became of the held messages, when it stays that way. */
async function settled(
    connection: ChannelModel,
    is: Topology,
    was: Topology,
    { held = {}, gone = 0, elsewhere = 0 }: Trial,
    sent: number,
): Promise<{ readonly gone: number; readonly elsewhere: number }> {
    const look = async (): Promise<{ readonly gone: number; readonly elsewhere: number }> => {
        const counted = await counts(connection, was, is);
        const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
        const total = sent + sum(Object.values(held)) - sum([...counted.values()]);
        const away = [...counted].map(([name, count]) => Math.max(0, count - (held[name] ?? 0)));
        return { gone: total, elsewhere: sum(away) };
    };
    let seen = await look();
    for (let attempt = 0; attempt < 20 && !(seen.gone === gone && seen.elsewhere === elsewhere); attempt++) {
        await sleep(100);
        seen = await look();
    }
    await sleep(200);
    return look();
}

/** Messages whose way the report says to change go the new way; those that services declare besides go theirs. */
async function expectRoutes(connection: ChannelModel, is: Topology, report: Review): Promise<void> {
    const streams = new Set(is.queues.filter(({ type }) => type === "stream").map(({ name }) => name));
    for (const change of report.routing) {
        const [message] = samplesOf({ ...change, headers: change.headers ?? {} }).slice(-1);
        const { exchange, routingKey } = found(message, "a message for every route");
        const before = await counts(connection, is);
        const outcome = await publishOnce(connection, exchange, routingKey, "route");
        expect(outcome === "taken", `${change.id}: ${outcome}`).toBe(change.after.queues.length > 0);
        const expected = change.after.queues.filter((name) => !streams.has(name));
        const arrived = await eventually(`${change.id} in ${expected.join(", ")}`, async () => {
            const now = await counts(connection, is);
            const more = [...now].filter(([name, count]) => count > (before.get(name) ?? 0));
            return more.length >= expected.length ? more.map(([name]) => name).sort() : undefined;
        });
        expect(arrived, change.id).toEqual(expected);
    }
}
