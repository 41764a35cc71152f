import { setTimeout as sleep } from "node:timers/promises";
import { managementApi } from "@spot-messaging/management";
import { type Topology, userOf } from "@spot-messaging/topology";
import amqp, { type ChannelModel } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { BrokerRefused } from "../../packages/management/src/managementApi.ts";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { confirm } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const sender = "analyzer-orchestrator";
const receiver = "analyzer.links";

/**
 * Changes one generation of passwords to the next on a running broker, in the engine's order: new users, then the services, then the old
 * users are deleted. Not proved here: that the engine uses this order, which tests/engine shows.
 */
describe("a change of all passwords", () => {
    let stack: TestStack;
    const passwords = new Map<string, string>();

    beforeAll(async () => {
        stack = await startStack("credentials", "4.3");
        for (const [user, password] of Object.entries(stack.access.passwords)) {
            passwords.set(user, password);
        }
    });

    afterAll(async () => {
        await stack.remove();
    });

    function generation(number: number): Topology {
        const credentials = { ...stack.environment.credentials, generation: number };
        return buildTopology({ ...stack.environment, credentials });
    }

    async function login(user: string): Promise<ChannelModel> {
        const connection = await amqp.connect({
            hostname: "127.0.0.1",
            port: stack.ports.amqpPort,
            username: user,
            password: passwords.get(user) ?? "",
            vhost: "spot",
        });
        connection.on("error", () => undefined);
        return connection;
    }

    async function declareNew(before: Topology, after: Topology): Promise<void> {
        const known = new Set(before.users.map(({ name }) => name));
        for (const { name, tags } of after.users.filter((each) => !known.has(each.name))) {
            passwords.set(name, `password-of-${name}`);
            await stack.api.putUser(name, { password: `password-of-${name}`, tags });
        }
        for (const { user, vhost, ...record } of after.topicPermissions) {
            await stack.api.putTopicPermission(vhost, user, record);
        }
        for (const { user, vhost, ...record } of after.permissions) {
            await stack.api.putPermissions(vhost, user, record);
        }
    }

    async function removeOldUsers(before: Topology, after: Topology): Promise<void> {
        const kept = new Set(after.users.map(({ name }) => name));
        for (const { name } of before.users.filter((each) => !kept.has(each.name))) {
            await stack.api.deleteUser(name);
        }
    }

    /** The user that a service uses. */
    function current(topology: Topology, service: string): string {
        const [found] = topology.services.filter(({ name }) => name === service);
        return found === undefined ? service : userOf(found);
    }

    async function failedLogins(): Promise<number> {
        const [node] = await stack.api.nodes();
        const counts = z
            .array(z.object({ protocol: z.string(), auth_attempts_failed: z.number() }))
            .parse(await stack.api.get(["auth", "attempts", node?.name ?? ""]));
        return counts
            .filter(({ protocol }) => protocol === "amqp091")
            .reduce((sum, each) => sum + each.auth_attempts_failed, 0);
    }

    it("locks no client out: neither connected ones nor those that reconnect at any moment", async () => {
        const received = new Set<string>();
        const refused: string[] = [];
        let topology = stack.topology;
        let sent = 0;
        let going = true;

        const consume = async (): Promise<ChannelModel> => {
            const connection = await login(current(topology, receiver));
            const channel = await connection.createChannel();
            await channel.prefetch(4);
            await channel.consume(receiver, (message) => {
                if (message !== null) {
                    received.add(message.content.toString());
                    channel.ack(message);
                }
            });
            return connection;
        };
        /** Logs in again for every message, as a service does that restarts repeatedly. */
        const restarting = async (): Promise<void> => {
            while (going) {
                const user = current(topology, sender);
                try {
                    const connection = await login(user);
                    const channel = await connection.createConfirmChannel();
                    await confirm(channel, "spot.analysis", "analyze.job.links", String(sent), {
                        mandatory: true,
                    });
                    sent += 1;
                    await connection.close();
                } catch (error) {
                    refused.push(`${user}: ${String(error)}`);
                }
            }
        };

        let replica = await consume();
        const restarts = restarting();
        for (const number of [2, 3]) {
            const [before, after] = [topology, generation(number)];
            await declareNew(before, after);
            await sleep(300);
            topology = after;
            const next = await consume();
            await sleep(300);
            await replica.close();
            replica = next;
            await removeOldUsers(before, after);
            await sleep(300);
        }
        going = false;
        await restarts;
        await eventually("all messages", () => Promise.resolve(received.size === sent ? true : undefined));
        await replica.close();
        expect(refused).toEqual([]);
        expect(sent).toBeGreaterThan(20);
        expect(await failedLogins()).toBe(0);
    });

    it("ends with the users and the rights of two generations, and nothing else", async () => {
        const exported = await stack.api.definitions();
        const { username } = stack.access.administrator;
        expect(fromExport(exported, "spot", [username])).toEqual(toDefinitions(generation(3)));
    });

    it("still accepts the previous generation, but not the one before", async () => {
        await (await login(`${receiver}-2`)).close();
        await expect(login(receiver)).rejects.toThrow(/ACCESS_REFUSED/);
        expect(await failedLogins()).toBe(1);
    });

    it("lets KEDA's user ask how long a queue is, and read nothing from it", async () => {
        const username = "monitoring-3";
        const { managementEndpoint } = stack.access;
        const password = passwords.get(username) ?? "";
        const api = managementApi({ endpoint: managementEndpoint, username, password });
        const answer = z.object({ name: z.string(), messages: z.number() });
        const queue = await eventually("the queue's numbers", async () => {
            const parsed = answer.safeParse(await api.get(["queues", "spot", receiver]));
            return parsed.success ? parsed.data : undefined;
        });
        expect(queue.name).toBe(receiver);
        const reading = api.post(["queues", "spot", receiver, "get"], {
            count: 1,
            ackmode: "ack_requeue_true",
            encoding: "auto",
        });
        await expect(reading).rejects.toThrow(BrokerRefused);
    });
});
