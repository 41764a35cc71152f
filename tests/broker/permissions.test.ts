import { managementApi } from "@spot-messaging/management";
import type { Service } from "@spot-messaging/topology";
import type { Channel, ChannelModel, ConfirmChannel, Options } from "amqplib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { defaultExchange, permanentExchanges } from "../../packages/topology/src/model/builtInExchange.ts";
import { confirm, connectAs, isAllowed, publishOnce } from "./support/client.ts";
import { type DeclaredRights, declaredRights } from "./support/declaredRights.ts";
import { eventually } from "./support/eventually.ts";
import { onEveryVersion } from "./support/everyVersion.ts";
import { startStack, type TestStack } from "./support/stack.ts";

interface Attempt {
    readonly what: string;
    /** Whether the declarations allow it. */
    readonly isDeclared: boolean;
    /** Whether the broker allows it. */
    readonly run: () => Promise<boolean>;
}

/**
 * Every operation of every user of the dev stack that its permissions could allow, tried on a broker; what is allowed is read from the
 * declarations alone. Not proved here: what the services do with messages that they receive; see services.test.ts.
 */
onEveryVersion("the users on RabbitMQ %s", (version) => {
    let stack: TestStack;
    let admin: ConfirmChannel;
    let services: readonly Service[];
    const counted: Record<string, number> = {};

    beforeAll(async () => {
        stack = await startStack(`users-${version.replace(".", "")}`, version, {
            retryDelay: "1 second",
            retryDelayLimit: "1 second",
        });
        ({ services } = stack.topology);
        admin = await (await connectAs(stack, stack.access.administrator.username)).createConfirmChannel();
    });

    afterAll(async () => {
        await stack.remove();
        process.stderr.write(`operations tried on ${version}: ${JSON.stringify(counted)}\n`);
    });

    /** The attempts with another result than declared. */
    async function disagreements(kind: string, attempts: readonly Attempt[]): Promise<readonly string[]> {
        const wrong: string[] = [];
        const waiting = [...attempts];
        const worker = async (): Promise<void> => {
            for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
                if ((await each.run()) !== each.isDeclared) {
                    wrong.push(`${each.what} should be ${each.isDeclared ? "allowed" : "refused"}`);
                }
            }
        };
        await Promise.all(Array.from({ length: 16 }, worker));
        counted[kind] = (counted[kind] ?? 0) + attempts.length;
        return wrong.sort();
    }

    async function forEachService(
        use: (service: Service, connection: ChannelModel, rights: DeclaredRights) => Promise<void>,
    ): Promise<void> {
        for (const service of services) {
            const connection = await connectAs(stack, service.name);
            await use(service, connection, declaredRights(stack.topology, service));
            await connection.close();
        }
    }

    function exchangeNames(): readonly string[] {
        const own = stack.topology.exchanges.map(({ name }) => name);
        return [...own, ...permanentExchanges.filter((name) => name !== defaultExchange), ""];
    }

    /** The keys of all bindings and services, the names of all queues, and some that nothing is bound with. */
    function keys(): readonly string[] {
        const { bindings, queues } = stack.topology;
        return [
            ...new Set([
                ...services.flatMap(({ publishes, calls }) =>
                    [...publishes, ...calls].map(({ routingKey }) => routingKey),
                ),
                ...bindings.map(({ routingKey }) => routingKey),
                ...queues.map(({ name }) => name),
                "no.such.key",
                "#",
                "",
            ]),
        ];
    }

    /** The number of messages in each queue. The broker counts those of a stream only later. */
    async function counts(): Promise<ReadonlyMap<string, number>> {
        const found = new Map<string, number>();
        for (const { name, type } of stack.topology.queues) {
            if (type !== "stream") {
                found.set(name, (await admin.checkQueue(name)).messageCount);
            }
        }
        return found;
    }

    /** The users whose messages a stream has. */
    async function sendersTo(stream: string): Promise<readonly string[]> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const last = `end of ${stream}`;
        const found: string[] = [];
        await confirm(admin, "", stream, last);
        await channel.prefetch(1_000);
        await channel.consume(
            stream,
            (message) => {
                if (message !== null) {
                    found.push(message.content.toString());
                    channel.ack(message);
                }
            },
            { arguments: { "x-stream-offset": "first" } },
        );
        await eventually(last, () => Promise.resolve(found.includes(last) ? true : undefined));
        await connection.close();
        return [...new Set(found)].filter((each) => each !== last).sort();
    }

    it("publish what their services declare, by every exchange, key and header, and it arrives nowhere else", async () => {
        const all = keys();
        await forEachService(async (service, connection, { sends, maySend, reaches }) => {
            for (const { name, type } of stack.topology.queues) {
                if (type !== "stream") {
                    await admin.purgeQueue(name);
                }
            }
            const before = await counts();
            const exchanges = exchangeNames();
            const publish = (
                exchange: string,
                key: string,
                isDeclared: boolean,
                way = "",
                options: Options.Publish = {},
            ): Attempt => ({
                what: `${service.name} publishing to "${exchange}" with "${key}"${way}`,
                isDeclared,
                run: async () =>
                    (await publishOnce(connection, exchange, key, service.name, options)) !== "refused",
            });
            const direct = exchanges.flatMap((exchange) =>
                all.map((key) => publish(exchange, key, isDirectlyAllowed(exchange, key))),
            );
            function isDirectlyAllowed(exchange: string, key: string): boolean {
                // Requests are returned to their sender with any other key: the exchange has no other binding.
                return (
                    maySend(exchange, key) ||
                    (exchange === "spot.rpc" && sends.some((each) => each.exchange === exchange))
                );
            }
            const added = sends.flatMap(({ exchange, routingKey }) =>
                all.flatMap((key) => {
                    const isDeclared = isDirectlyAllowed(exchange, key);
                    return [
                        publish(exchange, routingKey, isDeclared, ` and CC "${key}"`, { CC: [key] }),
                        publish(exchange, routingKey, isDeclared, ` and BCC "${key}"`, { BCC: [key] }),
                    ];
                }),
            );
            const death = [{ queue: "unrouted", exchange: "spot.admin", reason: "rejected", count: 1 }];
            const tricks = sends.flatMap(({ exchange, routingKey }) => [
                publish(exchange, routingKey, true, " and a TTL of 0", { expiration: "0" }),
                publish(exchange, routingKey, true, " and the headers of a dead letter", {
                    expiration: "0",
                    headers: {
                        "x-death": death,
                        "x-first-death-queue": "unrouted",
                        "x-last-death-exchange": "spot.admin",
                        "x-delivery-count": 100,
                        "x-dead-letter-exchange": "spot.admin",
                        "x-dead-letter-routing-key": "admin.all",
                    },
                }),
                publish(exchange, routingKey, true, " and another queue as reply address", {
                    replyTo: "result-processor",
                }),
                ...services.map(({ name }) =>
                    publish(exchange, routingKey, name === service.name, ` as user "${name}"`, {
                        userId: name,
                    }),
                ),
            ]);
            expect(await disagreements("publish", [...direct, ...added, ...tricks])).toEqual([]);
            // Long enough for delays and expiry.
            await new Promise((resolve) => setTimeout(resolve, 1_500));
            const after = await counts();
            const arrived = [...after].filter(([name, count]) => count > (before.get(name) ?? 0));
            const wrong = arrived.map(([name]) => name).filter((name) => !reaches.has(name));
            expect({ user: service.name, wrong }).toEqual({ user: service.name, wrong: [] });
        });
        for (const { name } of stack.topology.queues.filter(({ type }) => type === "stream")) {
            const senders = services.filter((each) => declaredRights(stack.topology, each).reaches.has(name));
            expect(await sendersTo(name), name).toEqual(senders.map((each) => each.name));
        }
    }, 900_000);

    it("publish to the default exchange nowhere, not even to an address for direct replies", async () => {
        const { topology } = stack;
        const keys = [...topology.queues.map(({ name }) => name), "amq.rabbitmq.reply-to.x", ""];
        await forEachService(async ({ name }, connection) => {
            const attempts = keys.map((key) => ({
                what: `${name} publishing to the default exchange with "${key}"`,
                isDeclared: false,
                run: async () => (await publishOnce(connection, "", key, name)) !== "refused",
            }));
            expect(await disagreements("default", attempts)).toEqual([]);
        });
        for (const { user, write } of topology.permissions) {
            expect({ user, direct: new RegExp(write).test(defaultExchange) }).toEqual({
                user,
                direct: false,
            });
        }
    });

    it("put a message that they reject or fail into the dead-letter queue of its queue", async () => {
        const { queues } = stack.topology;
        await forEachService(async ({ name: user, consumes }, connection) => {
            for (const { queue } of consumes.filter((each) =>
                queues.some(({ name, purpose }) => name === each.queue && purpose === "work"),
            )) {
                await admin.purgeQueue(queue);
                await admin.purgeQueue(`${queue}.dlq`);
                const before = await counts();
                await confirm(admin, "", queue, user, { persistent: true, CC: ["unrouted"] });
                const channel = await connection.createChannel();
                const message = await eventually(`a message in ${queue}`, async () => {
                    const found = await channel.get(queue);
                    return found === false ? undefined : found;
                });
                channel.reject(message, false);
                const changed = await eventually(`a dead letter of ${queue}`, async () => {
                    const after = await counts();
                    return after.get(`${queue}.dlq`) === 1 ? after : undefined;
                });
                await channel.close();
                const arrived = [...changed].filter(([name, count]) => count > (before.get(name) ?? 0));
                // The administrator's own copy is in the queue of the unroutable messages.
                expect(arrived.map(([name]) => name).sort()).toEqual([`${queue}.dlq`, "unrouted"].sort());
                counted["reject"] = (counted["reject"] ?? 0) + 1;
            }
        });
    });

    it("read and purge what their services consume or inspect, and no other queue", async () => {
        await forEachService(async ({ name: user }, connection, { mayRead }) => {
            const attempts = stack.topology.queues.flatMap(({ name, type }): readonly Attempt[] => {
                const isDeclared = mayRead(name);
                const tries: Record<string, (channel: Channel) => Promise<unknown>> = {
                    consuming: async (channel) => {
                        await channel.prefetch(1);
                        const offset = type === "stream" ? { "x-stream-offset": "last" } : {};
                        await channel.consume(name, () => undefined, { arguments: offset });
                    },
                    // The broker ends the connection of a user who may read a stream and purges it.
                    ...(!(type === "stream" && isDeclared) && {
                        getting: (channel: Channel) => channel.get(name),
                        purging: (channel: Channel) => channel.purgeQueue(name),
                    }),
                };
                return Object.entries(tries).map(([verb, run]) => ({
                    what: `${user} ${verb} "${name}"`,
                    isDeclared,
                    run: () => isAllowed(connection, run),
                }));
            });
            expect(await disagreements("read", attempts)).toEqual([]);
        });
    });

    it("declare, bind, unbind and delete nothing", async () => {
        const queueNames = stack.topology.queues.map(({ name }) => name);
        const exchanges = exchangeNames().filter((name) => name !== "");
        await forEachService(async ({ name: user }, connection, { sends }) => {
            // A binding needs write permission on its destination and read permission on its source. Where the user may write, all
            // sources are tried; if none can be read, one source for each other destination is enough.
            const writable = new Set(sends.map(({ exchange }) => exchange));
            const sourcesFor = (destination: string, index: number): readonly string[] =>
                writable.has(destination) ? exchanges : exchanges.slice(index % exchanges.length).slice(0, 1);
            const refused = (what: string, run: (channel: Channel) => Promise<unknown>): Attempt => ({
                what: `${user} ${what}`,
                isDeclared: false,
                run: () => isAllowed(connection, run),
            });
            const attempts = [
                refused("declaring a queue", (channel) => channel.assertQueue("intruder")),
                refused("declaring a queue with a name from the broker", (channel) =>
                    channel.assertQueue("", { exclusive: true }),
                ),
                refused("declaring an exchange", (channel) => channel.assertExchange("intruder", "topic")),
                ...queueNames.flatMap((queue, index) => [
                    refused(`declaring "${queue}" again`, (channel) =>
                        channel.assertQueue(queue, { arguments: { "x-dead-letter-exchange": "spot.admin" } }),
                    ),
                    refused(`deleting "${queue}"`, (channel) => channel.deleteQueue(queue)),
                    ...sourcesFor(queue, index).flatMap((exchange) => [
                        refused(`binding "${queue}" to "${exchange}"`, (channel) =>
                            channel.bindQueue(queue, exchange, "#"),
                        ),
                        refused(`unbinding "${queue}" from "${exchange}"`, (channel) =>
                            channel.unbindQueue(queue, exchange, "#"),
                        ),
                    ]),
                ]),
                ...exchanges.flatMap((exchange, index) => [
                    refused(`deleting "${exchange}"`, (channel) => channel.deleteExchange(exchange)),
                    ...sourcesFor(exchange, index).map((source) =>
                        refused(`binding "${exchange}" to "${source}"`, (channel) =>
                            channel.bindExchange(exchange, source, "#"),
                        ),
                    ),
                ]),
            ];
            expect(await disagreements("configure", attempts)).toEqual([]);
        });
    }, 600_000);

    it("publish over the management API as over AMQP, and change nothing there", async () => {
        for (const service of services) {
            const { maySend } = declaredRights(stack.topology, service);
            const api = managementApi({
                endpoint: stack.api.endpoint,
                username: service.name,
                password: stack.access.passwords[service.name] ?? "",
            });
            const allowed = async (run: () => Promise<unknown>): Promise<boolean> =>
                run().then(
                    () => true,
                    () => false,
                );
            const isTagged = service.tags.length > 0;
            const attempts: readonly Attempt[] = [
                ...exchangeNames().flatMap((exchange) =>
                    ["admin.all", "analyze.result", "result-processor", "unrouted"].map((key) => ({
                        what: `${service.name} publishing to "${exchange}" with "${key}"`,
                        isDeclared: isTagged && maySend(exchange, key),
                        run: () =>
                            allowed(() => api.publish("spot", exchange, { routingKey: key, payload: "x" })),
                    })),
                ),
                ...[
                    ["deleting a queue", () => api.deleteQueue("spot", "unrouted")],
                    ["deleting an exchange", () => api.deleteExchange("spot", "spot.unrouted")],
                    [
                        "changing its permissions",
                        () =>
                            api.putPermissions("spot", service.name, {
                                configure: ".*",
                                write: ".*",
                                read: ".*",
                            }),
                    ],
                    [
                        "writing a policy",
                        () =>
                            api.putPolicy("spot", "intruder", {
                                pattern: ".*",
                                "apply-to": "queues",
                                priority: 99,
                                definition: { "dead-letter-exchange": "spot.admin" },
                            }),
                    ],
                ].map(([what, run]) => ({
                    what: `${service.name} ${String(what)}`,
                    isDeclared: false,
                    run: () => allowed(run as () => Promise<unknown>), // of the list above
                })),
            ];
            expect(await disagreements("http", attempts)).toEqual([]);
        }
    });

    it("tried several thousand operations of each kind that has so many", () => {
        expect(counted["publish"]).toBeGreaterThan(8_000);
        expect(counted["configure"]).toBeGreaterThan(1_500);
        expect(counted["read"]).toBeGreaterThan(800);
        expect(counted["http"]).toBeGreaterThan(500);
    });
});
