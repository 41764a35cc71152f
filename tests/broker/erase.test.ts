import type { ChannelModel } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eraseDeadLetters } from "../../src/cli/erase/deadLetters.ts";
import { eraseFrom } from "../../src/cli/erase/eraseMails.ts";
import { isErased } from "../../src/cli/erase/renderErasure.ts";
import { gateway } from "../../src/cli/mails/gateway.ts";
import { analyse } from "../../src/cli/mails/submission.ts";
import { confirm, connectAs, drain } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { outlookOf } from "./support/outlook.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const dlq = "analyzer.links.dlq";

/** An erasure waits up to a minute for the services; on a busy machine it needs that more than once. */
const timeout = 300_000;

/** Erasure and isolation on a running stack with its services, on the newest version and on the oldest one. */
describe.each(["4.3", "4.0"] as const)("a stack with its services on RabbitMQ %s", (version) => {
    let stack: TestStack;
    let url: string;

    beforeAll(async () => {
        stack = await startStack(`erase-${version.replace(".", "")}`, version, { deployServices: "true" });
        url = `http://127.0.0.1:${stack.ports.gatewayPort}`;
    });

    afterAll(async () => {
        await stack.remove();
    });

    async function park(ids: readonly string[]): Promise<void> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        for (const [index, id] of ids.entries()) {
            await confirm(channel, "", dlq, JSON.stringify({ analysis: id, index }), { correlationId: id });
        }
        await connection.close();
    }

    /** What an erasure does that matches nothing, without its pauses. */
    async function returnAll(connection: ChannelModel): Promise<void> {
        const channel = await connection.createChannel();
        let taken = 0;
        await eventually("the messages that the round before returned", async () => {
            while ((await channel.get(dlq)) !== false) {
                taken += 1;
            }
            return taken === 4 ? true : undefined;
        });
        await channel.close();
    }

    async function emptied(): Promise<readonly unknown[]> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const messages = await drain(channel, dlq);
        await connection.close();
        return messages.map(({ content }): unknown => JSON.parse(content.toString("utf8")));
    }

    it(
        "removes the dead letters of one analysis, as the operator, and keeps the others in their order",
        async () => {
            await park(["a", "b", "a", "c", "d", "a", "e"]);
            const connection = await connectAs(stack, "operator");
            const counted = await eraseDeadLetters(connection, [dlq], { id: "a" }, false);
            expect(counted).toEqual([{ queue: dlq, matching: 3, others: 4, unreadable: 0 }]);
            await eraseDeadLetters(connection, [dlq], { id: "a" }, true);
            // Parking queues have no delivery limit: many erasures lose no other message.
            for (let round = 0; round < 24; round += 1) {
                await returnAll(connection);
            }
            const others = await eraseDeadLetters(connection, [dlq], { id: "none" }, true);
            expect(others).toEqual([{ queue: dlq, matching: 0, others: 4, unreadable: 0 }]);
            await connection.close();
            expect(await emptied()).toEqual([
                { analysis: "b", index: 1 },
                { analysis: "c", index: 3 },
                { analysis: "d", index: 4 },
                { analysis: "e", index: 6 },
            ]);
        },
        timeout,
    );

    it(
        "erases an e-mail from every service, and leaves the others",
        async () => {
            const mails = ["first", "second"].map((name) => ({
                name,
                content: Buffer.from(`From: a@example.com\r\nSubject: ${name}\r\n\r\nbody of ${name}\r\n`),
            }));
            const analysed = await analyse(mails, gateway(url), 60_000, () => undefined);
            const [first, second] = analysed.map(({ analysis }) => analysis?.id ?? "");
            if (first === undefined || second === undefined) {
                throw new Error("two e-mails were submitted");
            }
            await park([first, second]);
            const scope = { id: first };
            const dry = await eraseFrom(stack, scope, true, () => undefined);
            expect(dry.before).toMatchObject({
                gateway: 1,
                "analyzer-orchestrator": 1,
                "result-processor": 1,
            });
            const erased = await eraseFrom(stack, scope, false, () => undefined);
            expect(isErased(erased)).toBe(true);
            expect(erased.parked.filter(({ matching }) => matching > 0)).toMatchObject([
                { queue: dlq, matching: 1, others: 1 },
            ]);
            expect((await fetch(`${url}/analyses/${first}`)).status).toBe(404);
            expect((await gateway(url).analysis(second))?.state).toBe("completed");
            expect(await emptied()).toMatchObject([{ analysis: second }]);
            const again = await eraseFrom(stack, scope, false, () => undefined);
            expect([isErased(again), again.parked.every(({ matching }) => matching === 0)]).toEqual([
                true,
                true,
            ]);
        },
        timeout,
    );

    it("lets each service reach the AMQP port of the broker alone, and write its own data alone", async () => {
        const outside = await openServer(stack);
        try {
            // It accepts connections, from this machine.
            expect((await fetch(`http://${outside.address}/`)).status).toBe(200);
            const broker = await stack.docker.getContainer(stack.container("rabbitmq-0")).inspect();
            const networks = Object.entries(broker.NetworkSettings.Networks).map(([name, network]) => ({
                name: name.slice(stack.container("").length),
                host: network.IPAddress,
            }));
            const addresses = [
                ...networks.flatMap(({ host }) => [5672, 15672, 15692].map((port) => `${host}:${port}`)),
                outside.address,
            ];
            for (const [service, network, volumes, writable] of [
                ["gateway", "gateway", ["gateway-data", "gateway-files", "mail"], ["/var/lib/spot-mail"]],
                ["analyzer.links", "services", ["analyzer.links-data", "analyzer.links-files", "mail"], []],
                ["notifier", "services", ["notifier-data", "notifier-files"], []],
            ] as const) {
                const own = networks.find(({ name }) => name === network)?.host ?? "none";
                const { memory, processes, ...outlook } = await outlookOf(stack, service, addresses);
                expect({ service, ...outlook }).toEqual({
                    service,
                    reached: [`${own}:5672`],
                    writable,
                    volumes,
                    isReadOnly: true,
                });
                expect([memory, processes].every((limit) => limit !== undefined && limit > 0)).toBe(true);
            }
        } finally {
            await outside.remove();
        }
        expect((await fetch(`${url}/`)).status).toBe(200);
        expect((await stack.api.overview()).rabbitmq_version).toContain(`${version}.`);
    });
});

/** A server on a network of its own, in place of the internet. */
async function openServer(
    stack: TestStack,
): Promise<{ readonly address: string; readonly remove: () => Promise<void> }> {
    const { docker } = stack;
    const name = stack.container("outside");
    const { Image: image } = await docker.getContainer(stack.container("gateway-0")).inspect();
    const network = await docker.createNetwork({ Name: name });
    const container = await docker.createContainer({
        name,
        Image: image,
        Entrypoint: ["python3", "-m", "http.server", "8000"],
        HostConfig: { NetworkMode: name },
    });
    await container.start();
    const { NetworkSettings: settings } = await container.inspect();
    const address = `${settings.Networks[name]?.IPAddress ?? ""}:8000`;
    await eventually("the server outside", () =>
        fetch(`http://${address}/`).then(
            () => true,
            () => undefined,
        ),
    );
    return {
        address,
        remove: async () => {
            await container.remove({ force: true });
            await network.remove();
        },
    };
}
