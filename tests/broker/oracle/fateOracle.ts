import { setTimeout as sleep } from "node:timers/promises";
import { type Fate, type FateEnd, fates } from "@spot-messaging/topology/broker";
import type { ConfirmChannel, ConsumeMessage } from "amqplib";
import { z } from "zod";
import { inVhost, type OracleBroker } from "./broker.ts";
import { declare, topologyIn } from "./declared.ts";
import type { FateGraph } from "./fatePlan.ts";
import { type Mismatch, take } from "./routingOracle.ts";

const plannedVhost = "v";

/** The time until the last message reaches its final queue: a few TTLs of 40 ms in a row, on a busy machine. */
const settlingMs = 1_500;

/** Where a graph's message is afterwards. */
interface Remains {
    readonly queues: readonly string[];
    /** The publisher got a nack. */
    readonly refused: boolean;
    /** The queues that keep dead letters because these have no route. */
    readonly kept: readonly string[];
}

/** The end of each graph's message, and where model and broker differ. */
export interface FateVerdict {
    readonly ends: readonly FateEnd["kind"][];
    readonly mismatches: readonly Mismatch[];
}

/** Dead-letters a message from the first queue of each graph, and compares its final queues with the model's answer. */
export async function checkFates(broker: OracleBroker, graphs: readonly FateGraph[]): Promise<FateVerdict> {
    const topology = topologyIn(plannedVhost, broker, {
        exchanges: graphs.flatMap(({ exchanges }) => exchanges),
        queues: graphs.flatMap(({ queues }) => queues),
        bindings: graphs.flatMap(({ bindings }) => bindings),
        policies: graphs.flatMap(({ policies }) => policies),
    });
    const fateOf = fates(topology);
    return inVhost(broker, async (vhost) => {
        await declare(broker, vhost, topology);
        const connection = await broker.connect(vhost);
        try {
            const refused: boolean[] = [];
            for (const graph of graphs) {
                refused.push(await suffer(await connection.createConfirmChannel(), graph));
            }
            await sleep(settlingMs);
            const kept = await waiting(broker, vhost);
            const channel = await connection.createChannel();
            const resting = new Set<string>();
            for (const { name } of topology.queues) {
                await take(channel, name, (content) => {
                    if (content.length > 0) {
                        resting.add(name);
                    }
                });
            }
            const answers = graphs.map((graph, index) => {
                const names = graph.queues.map(({ name }) => name);
                const remains = {
                    queues: names.filter((name) => resting.has(name)).sort(),
                    refused: refused[index] === true,
                    kept: names.filter((name) => kept.has(name)),
                };
                const { start, cause, copies } = graph;
                const headers = { CC: copies };
                const fate = fateOf(plannedVhost, start, cause, { exchange: "", routingKey: start, headers });
                return { graph, fate, remains };
            });
            return {
                ends: answers.map(({ fate }) => fate.end.kind),
                mismatches: answers
                    .filter(({ fate, remains }) => !agrees(fate, remains))
                    .map(({ graph, fate, remains }) => ({ question: graph, model: fate, broker: remains })),
            };
        } finally {
            await connection.close();
        }
    });
}

function agrees({ end }: Fate, { queues, refused, kept }: Remains): boolean {
    switch (end.kind) {
        case "queue":
            return JSON.stringify(queues) === JSON.stringify(end.names);
        case "dropped":
            return queues.length === 0 && kept.length === 0;
        case "refused":
            return refused && queues.length === 0;
        case "kept":
            return queues.length === 0 && kept.length > 0;
        case "cycle":
            // In an endless cycle the message is back in its first queue; copies may also be in other queues.
            return end.dropped
                ? queues.length === 0 && kept.length === 0
                : queues.includes(end.path.at(-1) ?? "");
    }
}

/** Publishes one message to the first queue and dead-letters it; returns whether the broker rejected it. */
async function suffer(channel: ConfirmChannel, { cause, start, copies }: FateGraph): Promise<boolean> {
    const options = { CC: [...copies], ...(cause === "expired" && { expiration: 20 }) };
    const publish = (content: string): Promise<boolean> =>
        new Promise((resolve) => {
            channel.publish("", start, Buffer.from(content), options, (error: unknown) => {
                resolve(error !== null && error !== undefined);
            });
        });
    if (cause === "maxlen") {
        // A quorum queue rejects only when it is over its limit, so publish an empty message first.
        await publish("");
    }
    if (cause === "expired" || cause === "maxlen") {
        return publish(start);
    }
    const consumerTag = `suffer ${start}`;
    const delivered = new Promise<ConsumeMessage>((resolve, reject) => {
        const consume = (message: ConsumeMessage | null): void => {
            if (message === null) {
                reject(new Error(`queue "${start}" was deleted while it was consumed`));
            } else {
                resolve(message);
            }
        };
        channel.consume(start, consume, { consumerTag }).catch(reject);
    });
    const refused = await publish(start);
    const message = await delivered;
    // Cancelled first: a requeued message must stay in its queue.
    await channel.cancel(consumerTag);
    channel.reject(message, cause === "delivery_limit");
    return refused;
}

const count = z.object({ name: z.string(), messages: z.number() });

/** The queues that hold dead letters which at-least-once dead-lettering could not move. */
async function waiting(broker: OracleBroker, vhost: string): Promise<ReadonlySet<string>> {
    const answer = await broker.evaluate(`
        Held = fun(Q) ->
            {ok, {_, {Count, _}}, _} = ra:local_query(amqqueue:get_pid(Q), fun rabbit_fifo:query_stat_dlx/1),
            {resource, _, _, Name} = amqqueue:get_name(Q),
            #{name => Name, messages => Count}
        end,
        io:format("~ts~n", [rabbit_json:encode(
            [Held(Q) || Q <- rabbit_amqqueue:list(<<"${vhost}">>), amqqueue:get_type(Q) =:= rabbit_quorum_queue])]).`);
    const counts = z.array(count).parse(answer);
    return new Set(counts.filter(({ messages }) => messages > 0).map(({ name }) => name));
}
