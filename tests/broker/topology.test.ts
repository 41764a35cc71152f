import { managementApi } from "@spot-messaging/management";
import type { QueueType, RetryRoute } from "@spot-messaging/topology";
import { parseTopology } from "@spot-messaging/topology/definitions";
import type { Channel, ConfirmChannel, ConsumeMessage, GetMessage } from "amqplib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BrokerRefused } from "../../packages/management/src/brokerError.ts";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { router } from "../../packages/topology/src/routing/routing.ts";
import { confirm, connectAs, drain, publishOnce } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { onEveryVersion } from "./support/everyVersion.ts";
import { startStack, type TestStack } from "./support/stack.ts";

/**
 * The dev stack's topology on a real broker, of the oldest and the newest supported version. Delays are shortened; everything else is what
 * `npm start` declares. Not proved here: the loss of one node of several.
 */
onEveryVersion("on RabbitMQ %s", (version) => {
    let stack: TestStack;
    let admin: ConfirmChannel;
    const orchestrator = "analyzer-orchestrator";
    const deadline = 3_000;

    beforeAll(async () => {
        stack = await startStack(`test-${version.replace(".", "")}`, version, {
            retryAttempts: "4",
            retryDelay: "1 second",
            retryDelayLimit: "2 seconds",
            jobLimit: "1 second",
            analysisDeadline: "3 seconds",
        });
        admin = await (await connectAs(stack, stack.access.administrator.username)).createConfirmChannel();
    });

    afterAll(async () => {
        await stack.remove();
    });

    beforeEach(async () => {
        for (const { name, type } of stack.topology.queues) {
            if (type !== "stream") {
                await admin.purgeQueue(name);
            }
        }
    });

    /** All messages by queue; streams are left out. */
    async function contents(): Promise<Record<string, readonly GetMessage[]>> {
        const found: Record<string, readonly GetMessage[]> = {};
        for (const { name, type } of stack.topology.queues) {
            const messages = type === "stream" ? [] : await drain(admin, name);
            if (messages.length > 0) {
                found[name] = messages;
            }
        }
        return found;
    }

    it("holds exactly the topology that was built", async () => {
        const { administrator } = stack.access;
        const exported = await stack.api.definitions();
        expect(fromExport(exported, "spot", [administrator.username])).toEqual(toDefinitions(stack.topology));
    });

    it("is read back from the broker's own export without a problem", async () => {
        const { topology, problems } = parseTopology(JSON.stringify(await stack.api.definitions()));
        expect(problems).toEqual([]);
        expect(topology.brokerVersion).toBe(version);
        const { vhosts, queues, exchanges, bindings, policies } = toDefinitions(topology);
        const built = toDefinitions(stack.topology);
        const ours = <T extends { readonly vhost: string }>(objects: readonly T[]): readonly T[] =>
            objects.filter((each) => each.vhost === "spot");
        expect(vhosts.map(({ name }) => name)).toContain("spot");
        expect(ours(queues)).toEqual(built.queues);
        expect(ours(exchanges)).toEqual(built.exchanges);
        expect(ours(bindings)).toEqual(built.bindings);
        expect(ours(policies)).toEqual(built.policies);
    });

    it("has no user but the topology's and the administrator", async () => {
        const users = (await stack.api.definitions())["users"] as { name: string }[];
        expect(users.map(({ name }) => name).sort()).toEqual(
            [...stack.topology.users.map(({ name }) => name), stack.access.administrator.username].sort(),
        );
    });

    it("runs the declared version", async () => {
        expect((await stack.api.overview()).rabbitmq_version).toMatch(
            new RegExp(`^${version.replace(".", "\\.")}\\.`),
        );
    });

    it("takes every declared message into the queues that the router names, and no other", async () => {
        const route = router(stack.topology);
        const streams = new Set(
            stack.topology.queues.filter(({ type }) => type === "stream").map(({ name }) => name),
        );
        for (const service of stack.topology.services) {
            const connection = await connectAs(stack, service.name);
            for (const { exchange, routingKey } of [...service.publishes, ...service.calls]) {
                expect(
                    await publishOnce(connection, exchange, routingKey, "x"),
                    `${service.name}: ${exchange} ${routingKey}`,
                ).toBe("taken");
                const expected = route({ vhost: "spot", exchange, routingKey });
                const inQueues = expected.filter((name) => !streams.has(name));
                const reached = await eventually(`${routingKey} in ${inQueues.join(", ")}`, async () => {
                    const found = await contents();
                    return Object.keys(found).length === inQueues.length ? found : undefined;
                });
                expect(Object.keys(reached).sort(), `${service.name}: ${exchange} ${routingKey}`).toEqual(
                    inQueues,
                );
            }
            await connection.close();
        }
    });

    it("delivers a command to every service's stream, again and again", async () => {
        expect(
            await stack.api.publish("spot", "spot.admin", { routingKey: "admin.all", payload: "pause" }),
        ).toBe(true);
        for (const { name } of stack.topology.queues.filter(({ purpose }) => purpose === "commands")) {
            for (let reading = 1; reading <= 2; reading++) {
                expect((await readStream(name)).at(-1), `${name}, reading ${reading}`).toBe("pause");
            }
        }
    });

    async function readStream(name: string): Promise<readonly string[]> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const read: string[] = [];
        await channel.prefetch(100);
        await channel.consume(
            name,
            (message) => {
                if (message !== null) {
                    read.push(message.content.toString());
                    channel.ack(message);
                }
            },
            { arguments: { "x-stream-offset": "first" } },
        );
        await eventually(`a command in ${name}`, () =>
            Promise.resolve(read.includes("pause") ? true : undefined),
        );
        await connection.close();
        return read;
    }

    it("catches what no binding matches, from every application exchange and from the dead letters", async () => {
        const caught = ["spot.analysis", "spot.notifications", "spot.admin", "spot.dead-letter"];
        for (const exchange of caught) {
            expect(
                await stack.api.publish("spot", exchange, { routingKey: "no.such.key", payload: exchange }),
            ).toBe(true);
        }
        const unrouted = await eventually("the unroutable messages", async () => {
            const { messageCount } = await admin.checkQueue("unrouted");
            return messageCount === caught.length ? await drain(admin, "unrouted") : undefined;
        });
        expect(unrouted.map(({ content }) => content.toString()).sort()).toEqual([...caught].sort());
    });

    it("returns an unroutable request to its caller", async () => {
        const connection = await connectAs(stack, stack.access.administrator.username);
        expect(await publishOnce(connection, "spot.rpc", "analysis.unknown", "x")).toBe("returned");
        await connection.close();
    });

    it("keeps a request that nothing consumes longer than the analysis may take", async () => {
        await confirm(admin, "spot.analysis", "analyze.request", "late", { persistent: true });
        await new Promise((resolve) => setTimeout(resolve, deadline + 1_000));
        const late = await admin.get(orchestrator, { noAck: true });
        expect(late === false ? undefined : late.content.toString()).toBe("late");
    });

    it("expires a request at its caller's timeout and leaves nothing behind", async () => {
        await confirm(admin, "spot.rpc", "analysis.status", "x");
        const waitingTime = stack.environment.rpcTimeout;
        await eventually(
            "an empty request queue",
            async () =>
                (await admin.checkQueue(`${orchestrator}.rpc`)).messageCount === 0 ? true : undefined,
            waitingTime + 5_000,
        );
        expect(await contents()).toEqual({});
    });

    it("tries a failed job again after growing delays, and dead-letters it after the last attempt", async () => {
        const queue = "analyzer.headers";
        const retry = stack.topology.retries.find((each) => each.queue === queue)?.route;
        const { attempts } = stack.environment.retry;
        const connection = await connectAs(stack, queue);
        const channel = await connection.createConfirmChannel();
        await channel.prefetch(1);
        const tries: number[] = [];
        await channel.consume(queue, (message) => {
            if (message !== null) {
                tries.push(Date.now());
                void fail(channel, message, retry, tries.length);
            }
        });
        await confirm(admin, "spot.analysis", "analyze.job.headers", "poison", { persistent: true });
        const dead = await eventually(
            "the exhausted job",
            async () => {
                const message = await admin.get(`${queue}.dlq`, { noAck: true });
                return message === false ? undefined : message;
            },
            20_000,
        );
        await connection.close();
        expect(dead.content.toString()).toBe("poison");
        expect(tries).toHaveLength(attempts);
        const waits = tries.slice(1).map((time, index) => time - (tries[index] ?? 0));
        // The ladder of the test's retry: 1 s, 2 s, then the limit of 2 s.
        for (const [index, least] of [1_000, 2_000, 2_000].entries()) {
            // How much longer depends on the machine.
            expect(waits[index], `wait ${index + 1} of ${waits.join(", ")}`).toBeGreaterThanOrEqual(
                least - 50,
            );
        }
    });

    /** Fails a job as the services do: by rejecting it, or by way of the delay queue of its attempt. */
    async function fail(
        channel: ConfirmChannel,
        message: ConsumeMessage,
        route: RetryRoute | undefined,
        attempt: number,
    ): Promise<void> {
        const key = route?.mode === "exchange" ? route.routingKeys[attempt - 1] : undefined;
        if (route?.mode === "exchange" && key !== undefined) {
            await confirm(channel, route.exchange, key, message.content.toString(), { persistent: true });
            channel.ack(message);
        } else {
            channel.reject(message, route?.mode === "broker");
        }
    }

    it("dead-letters a job whose consumer crashes each time, after the declared number of attempts", async () => {
        const queue = "analyzer.links";
        await confirm(admin, "spot.analysis", "analyze.job.links", "deadly", { persistent: true });
        let deliveries = 0;
        const dead = await eventually(
            "the deadly job",
            async () => {
                const parked = await admin.get(`${queue}.dlq`, { noAck: true });
                if (parked !== false) {
                    return parked;
                }
                const connection = await connectAs(stack, queue);
                const channel = await connection.createChannel();
                if ((await channel.get(queue)) !== false) {
                    deliveries += 1;
                }
                // Closing with the message in hand is what a crash looks like to the broker.
                await connection.close();
                return undefined;
            },
            20_000,
        );
        expect(dead.content.toString()).toBe("deadly");
        expect(deliveries).toBe(stack.environment.retry.attempts);
        expect(dead.properties.headers?.["x-first-death-reason"]).toBe("delivery_limit");
    });

    it("serves urgent jobs before normal ones", async () => {
        const queue = "analyzer.content";
        const publish = (content: string, priority: number): Promise<void> =>
            confirm(admin, "spot.analysis", "analyze.job.content", content, { persistent: true, priority });
        for (let index = 0; index < 20; index++) {
            await publish(`normal ${index}`, 4);
        }
        for (let index = 0; index < 5; index++) {
            await publish(`urgent ${index}`, 8);
        }
        const order = (await takeAll(queue, 25)).map((text) => text.split(" ")[0]);
        const lastUrgent = order.lastIndexOf("urgent");
        expect(order.filter((kind) => kind === "urgent")).toHaveLength(5);
        // Strictly first from 4.3 on; before that two of them for each normal one.
        expect(lastUrgent).toBeLessThan(version === "4.3" ? 5 : 9);
    });

    /** What one consumer receives, one message after the other. */
    async function takeAll(queue: string, count: number): Promise<readonly string[]> {
        const connection = await connectAs(stack, queue);
        const channel = await connection.createChannel();
        const received: string[] = [];
        await channel.prefetch(1);
        await channel.consume(queue, (message) => {
            if (message !== null) {
                received.push(message.content.toString());
                channel.ack(message);
            }
        });
        await eventually(`${count} messages of ${queue}`, () =>
            Promise.resolve(received.length === count ? true : undefined),
        );
        await connection.close();
        return received;
    }

    it("drops status updates rather than making their sender wait, and nothing else", async () => {
        const transient = stack.topology.queues.filter(({ purpose }) => purpose === "transient");
        expect(transient.map(({ name }) => name)).toEqual(["notifications.status"]);
        await confirm(admin, "spot.notifications", "notify.status", "expires soon", { expiration: "200" });
        await eventually("the expired status", async () =>
            (await admin.checkQueue("notifications.status")).messageCount === 0 ? true : undefined,
        );
        expect(await contents()).toEqual({});
    });

    it("answers a request in the stream of its caller, to each replica from the moment when it reads", async () => {
        const service = await connectAs(stack, orchestrator);
        const serving = await service.createChannel();
        const replicas = await Promise.all([1, 2].map(() => connectAs(stack, "gateway")));
        /** Consumes the replies from now on, and returns what it received. */
        const reading = async (channel: Channel): Promise<ConsumeMessage[]> => {
            const received: ConsumeMessage[] = [];
            await channel.prefetch(100);
            await channel.consume(
                "gateway.replies",
                (message) => {
                    if (message !== null) {
                        received.push(message);
                        channel.ack(message);
                    }
                },
                { arguments: { "x-stream-offset": "next" } },
            );
            return received;
        };
        const [first, second] = await Promise.all(replicas.map((each) => each.createChannel()));
        if (first === undefined || second === undefined) {
            throw new Error("there are two replicas");
        }
        await serving.consume(`${orchestrator}.rpc`, (request) => {
            if (request !== null) {
                const { userId, correlationId } = request.properties as {
                    userId: string;
                    correlationId: string;
                };
                serving.publish(
                    "spot.replies",
                    userId,
                    Buffer.from(`reply to ${request.content.toString()}`),
                    {
                        correlationId,
                    },
                );
                serving.ack(request);
            }
        });
        const ask = (channel: Channel, id: string): boolean =>
            channel.publish("spot.rpc", "analysis.status", Buffer.from(id), {
                userId: "gateway",
                correlationId: id,
                mandatory: true,
            });
        const texts = (messages: readonly ConsumeMessage[]): readonly string[] =>
            messages.map(
                ({ content, properties }) => `${String(properties.correlationId)}: ${content.toString()}`,
            );
        const early = await reading(first);
        ask(first, "1");
        await eventually("the first reply", () => Promise.resolve(early.length === 1 ? true : undefined));
        // The second replica starts now: it gets no older reply, and the replies to both from here on.
        const late = await reading(second);
        ask(second, "2");
        await eventually("the second reply", () =>
            Promise.resolve(early.length === 2 && late.length === 1 ? true : undefined),
        );
        expect(texts(early)).toEqual(["1: reply to 1", "2: reply to 2"]);
        expect(texts(late)).toEqual(["2: reply to 2"]);
        await Promise.all([...replicas, service].map((each) => each.close()));
    });

    it("gives every reply to a caller that asks as soon as it consumes", async () => {
        const service = await connectAs(stack, orchestrator);
        const serving = await service.createChannel();
        await serving.prefetch(100);
        await serving.consume(`${orchestrator}.rpc`, (request) => {
            if (request !== null) {
                const { correlationId } = request.properties as { correlationId: string };
                serving.publish("spot.replies", "gateway", Buffer.from("reply"), { correlationId });
                serving.ack(request);
            }
        });
        const caller = await connectAs(stack, "gateway");
        for (let round = 0; round < 100; round++) {
            const channel = await caller.createChannel();
            await channel.prefetch(100);
            const reply = new Promise<string>((resolve) => {
                // Without waiting for the broker's answer: the request follows on the same channel.
                void channel.consume(
                    "gateway.replies",
                    (message) => {
                        if (message?.properties.correlationId === String(round)) {
                            resolve(message.content.toString());
                        }
                    },
                    { arguments: { "x-stream-offset": "next" } },
                );
            });
            channel.publish("spot.rpc", "analysis.status", Buffer.from("x"), {
                userId: "gateway",
                correlationId: String(round),
                mandatory: true,
            });
            expect(await reply).toBe("reply");
            await channel.close();
        }
        await Promise.all([caller.close(), service.close()]);
    });

    it("lets monitoring see the cluster, and neither publish nor take a message", async () => {
        const monitoring = managementApi({
            endpoint: stack.api.endpoint,
            username: "monitoring",
            password: stack.access.passwords["monitoring"] ?? "",
        });
        expect((await monitoring.overview()).rabbitmq_version).toBe(
            (await stack.api.overview()).rabbitmq_version,
        );
        expect((await monitoring.nodes()).map(({ running }) => running)).toEqual([true]);
        expect((await monitoring.listQueues("spot")).map(({ name }) => name).sort()).toEqual(
            stack.topology.queues.map(({ name }) => name),
        );
        const message = { routingKey: "analyze.result", payload: "forged" };
        await expect(monitoring.publish("spot", "spot.analysis", message)).rejects.toThrow(BrokerRefused);
        await expect(monitoring.getMessages("spot", "unrouted", 1)).rejects.toThrow(BrokerRefused);
        await expect(monitoring.purgeQueue("spot", "unrouted")).rejects.toThrow(BrokerRefused);
        expect(await contents()).toEqual({});
    });

    describe("what another user declares", () => {
        const types = ["classic", "quorum", "stream"] as const;
        const nameOf = (type: QueueType): string => `undeclared.${type}`;

        /** A queue's policies on the broker. */
        async function policiesOf(name: string): Promise<unknown> {
            const {
                policy,
                operator_policy: cap,
                effective_policy_definition: definition,
            } = (await stack.api.get(["queues", "spot", name])) as Record<string, unknown>; // the broker's answer
            return { policy, cap, definition };
        }

        beforeAll(async () => {
            for (const type of types) {
                await stack.api.declareQueue("spot", nameOf(type), {
                    durable: true,
                    auto_delete: false,
                    arguments: { "x-queue-type": type },
                });
            }
        });

        afterAll(async () => {
            for (const type of types) {
                await stack.api.deleteQueue("spot", nameOf(type));
            }
        });

        it.each(types)("is capped by the type of a queue: %s", async (type) => {
            const cap = stack.topology.operatorPolicies.find(({ name }) => name === `cap.${type}`);
            expect(cap?.definition).not.toEqual({});
            const applied = await eventually(`the policies of ${nameOf(type)}`, async () => {
                const found = await policiesOf(nameOf(type));
                return JSON.stringify(found).includes("max-length-bytes") ? found : undefined;
            });
            expect(applied).toEqual({ policy: null, cap: `cap.${type}`, definition: cap?.definition });
        });

        it("changes nothing for what is declared here", async () => {
            for (const { name, type } of stack.topology.queues) {
                const own = stack.topology.policies.find((each) => each.name === `queue.${name}`);
                expect(await policiesOf(name)).toEqual({
                    policy: own?.name,
                    cap: `cap.${type}`,
                    definition: own?.definition,
                });
            }
        });

        it("holds no more than its cap", async () => {
            const most = stack.topology.operatorPolicies.find(({ name }) => name === "cap.classic")
                ?.definition["max-length"];
            expect(most).toBe(100_000);
            for (let count = 0; count < 100_050; count++) {
                admin.sendToQueue(nameOf("classic"), Buffer.from("x"));
            }
            await admin.waitForConfirms();
            expect((await admin.checkQueue(nameOf("classic"))).messageCount).toBe(most);
        });
    });

    it("keeps persistent messages over a restart of the broker", async () => {
        const jobs = Array.from({ length: 50 }, (_, index) => `job ${index}`);
        for (const job of jobs) {
            await confirm(admin, "spot.analysis", "analyze.job.attachments", job, { persistent: true });
        }
        await stack.docker.getContainer(stack.container("rabbitmq-0")).restart({ t: 30 });
        const channel = await eventually(
            "the broker after its restart",
            async () => {
                try {
                    const connection = await connectAs(stack, stack.access.administrator.username);
                    return await connection.createConfirmChannel();
                } catch {
                    return undefined;
                }
            },
            60_000,
        );
        admin = channel;
        const survived = await eventually("the jobs", async () => {
            const { messageCount } = await channel.checkQueue("analyzer.attachments");
            return messageCount === jobs.length ? await drain(channel, "analyzer.attachments") : undefined;
        });
        expect(survived.map(({ content }) => content.toString())).toEqual(jobs);
    });
});
