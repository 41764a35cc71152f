import { setTimeout as sleep } from "node:timers/promises";
import type { Topology } from "@spot-messaging/topology";
import type amqp from "amqplib";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { isDestructive } from "../../packages/topology/src/review/compare/change.ts";
import { samplesOf } from "../../packages/topology/src/review/compare/routes/routeProbe.ts";
import { type Review, review } from "../../packages/topology/src/review/report/review.ts";
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

/** An edit, applied to a broker that holds messages, and what the broker must do. */
interface Trial {
    /** The name of an edit in the tables, or a faster edit of the same kind. */
    readonly edit: string | Edit;
    /** The number of messages in each queue before the edit is applied. */
    readonly held?: Readonly<Record<string, number>>;
    /** Makes the broker act on the new settings, if declaring them is not enough. */
    readonly then?: (broker: Broker) => Promise<void>;
    /** The same, after a replaced object is deleted and before it is created again. */
    readonly betweenDeleteAndCreate?: (broker: Broker) => Promise<void>;
    /** The number of lost messages. @default 0 */
    readonly lost?: number;
    /** The number of messages that moved to another queue. @default 0 */
    readonly elsewhere?: number;
    /** The number of messages that the broker rejected or returned. @default 0 */
    readonly refused?: number;
}

/** The actions of a trial; a message that it publishes and the broker does not accept counts as refused. */
interface Broker {
    /** Rejects a queue's first message without requeue. */
    readonly reject: (queue: string) => Promise<void>;
    /** Rejects a queue's first message with requeue, several times. */
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
    { edit: "changes a queue's type", held: { [results]: 20 }, lost: 20 },
    { edit: "lets a queue delete itself", held: { [status]: 20 }, lost: 20 },
    { edit: "gives a queue priorities", held: { [status]: 20 }, lost: 20 },
    { edit: "sets a TTL by argument", held: { [results]: 20, [evidence]: 5 }, lost: 20 },
    { edit: "deletes a queue by hand", held: { [results]: 5, [evidence]: 20 }, lost: 20 },
    { edit: "deletes a queue that is consumed", held: { [webhook]: 20, [email]: 5 }, lost: 20 },
    { edit: "renames a queue and its consumer's subscription", held: { [results]: 20 }, lost: 20 },
    {
        edit: short("lets an unused queue expire soon", status, { expires: 400 }),
        held: { [status]: 20 },
        then: ({ wait }) => wait(1_000),
        lost: 20,
    },
    {
        edit: "changes an exchange's type",
        held: { [results]: 20 },
        betweenDeleteAndCreate: ({ publish }) => publish("spot.analysis", "analyze.result"),
        refused: 1,
    },
    {
        edit: "gives an exchange an argument",
        held: { "analyzer-orchestrator.rpc": 5 },
        betweenDeleteAndCreate: ({ publish }) => publish("spot.rpc", "analysis.status"),
        refused: 1,
    },
    {
        edit: "changes the dead-letter exchange's type",
        held: { [email]: 20 },
        betweenDeleteAndCreate: ({ reject }) => reject(email),
        lost: 1,
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
        lost: 5,
    },
    {
        edit: short("sets a TTL of half a second where dead letters are kept", results, {
            "message-ttl": 500,
        }),
        then: ({ send, wait }) => send(results, 5).then(() => wait(600)),
        elsewhere: 5,
    },
    { edit: "lowers a bound whose surplus is dropped", held: { [status]: 120 }, lost: 20 },
    { edit: "lowers a bound whose surplus is dead-lettered", held: { [email]: 25 }, elsewhere: 15 },
    {
        edit: "lowers a bound that refuses",
        held: { [results]: 25 },
        then: ({ publish }) => publish("spot.analysis", "analyze.result"),
        refused: 1,
    },
    { edit: "caps one queue's length as an operator", held: { [status]: 25 }, lost: 15 },
    {
        edit: "takes the dead letters of a queue away",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        lost: 1,
    },
    {
        edit: "sends dead letters to an exchange that is not there",
        held: { [email]: 20 },
        then: ({ reject }) => reject(email),
        lost: 1,
    },
    {
        edit: "deletes a queue's policy",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        lost: 1,
    },
    {
        edit: "looks at queues of another type",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        lost: 1,
    },
    {
        edit: "puts another policy above",
        held: { [results]: 20 },
        then: ({ reject }) => reject(results),
        lost: 1,
    },
    {
        edit: "limits the deliveries of evidence",
        held: { [evidence]: 20 },
        then: ({ fail }) => fail(evidence, 4),
        lost: 1,
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
 * Each edit changes the dev stack's topology in its own virtual host, in the engine's order, while its queues hold messages. The broker
 * must do with them what the review predicts, and route later messages as it predicts. Not proved here: the effect on consumers.
 */
describe("what the review predicts for an edit, and what the broker does", () => {
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
                    trial.betweenDeleteAndCreate === undefined
                        ? Promise.resolve()
                        : trial.betweenDeleteAndCreate(broker),
                );
                const holds = fromExport(await stack.api.definitions(), vhost, systemUsers(stack));
                expect(onBroker(holds)).toEqual(onBroker(toDefinitions(is)));
                await trial.then?.(broker);

                const seen = await settled(connection, is, was, trial, sent);
                expect({ ...seen, refused }).toEqual({
                    lost: trial.lost ?? 0,
                    elsewhere: trial.elsewhere ?? 0,
                    refused: trial.refused ?? 0,
                });
                await expectRoutes(connection, is, report);
            });
            // The report's consequence is neither worse nor better than what the broker did.
            const { verdict } = report;
            const suffers = (trial.lost ?? 0) > 0 || (trial.refused ?? 0) > 0;
            const isLimit = trial.edit === "lowers a bound that refuses";
            const losesCopies = report.routing.some(({ consequence }) => isDestructive(consequence));
            expect(isDestructive(verdict.consequence)).toBe((suffers && !isLimit) || losesCopies);
            if ((trial.elsewhere ?? 0) > 0 || isLimit) {
                expect(verdict.consequence).toBe("delayed");
            }
        },
    );

    it("refuses a publish for which the service has no permission after the change", async () => {
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
        "does not expire messages that arrived in %s under a longer TTL, nor those behind them",
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

/** The part of the definitions that a trial changes. */
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

/** Where the messages are, when the numbers no longer change. */
async function settled(
    connection: ChannelModel,
    is: Topology,
    was: Topology,
    { held = {}, lost = 0, elsewhere = 0 }: Trial,
    sent: number,
): Promise<{ readonly lost: number; readonly elsewhere: number }> {
    const look = async (): Promise<{ readonly lost: number; readonly elsewhere: number }> => {
        const counted = await counts(connection, was, is);
        const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
        const total = sent + sum(Object.values(held)) - sum([...counted.values()]);
        const away = [...counted].map(([name, count]) => Math.max(0, count - (held[name] ?? 0)));
        return { lost: total, elsewhere: sum(away) };
    };
    let seen = await look();
    for (let attempt = 0; attempt < 20 && !(seen.lost === lost && seen.elsewhere === elsewhere); attempt++) {
        await sleep(100);
        seen = await look();
    }
    await sleep(200);
    return look();
}

/** Publishes one message for each changed route of the report; it must arrive in the new queues. */
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
