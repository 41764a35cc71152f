import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { connectAs } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { type Incident, incidents } from "./support/incidents.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const dlq = "analyzer.links.dlq";

/** The dead-letter desk on real brokers, with no more rights than those of the declared operator. */
describe.each(["4.3", "4.0"] as const)("dead letters on RabbitMQ %s", (version) => {
    let stack: TestStack;

    beforeAll(async () => {
        stack = await startStack(`dead-${version.replace(".", "")}`, version);
    });

    afterAll(async () => {
        await stack.remove();
    });

    /** Runs a command as a user of the broker. */
    async function as(
        user: "operator" | "administrator",
        ...args: readonly string[]
    ): Promise<{ exitCode: number; output: string; errors: string }> {
        const { administrator, managementEndpoint, passwords } = stack.access;
        const [name, password] =
            user === "operator"
                ? ["operator", passwords["operator"]]
                : [administrator.username, administrator.password];
        return await topology(
            [
                ...args,
                ...(args.some((each) => each.startsWith("--definitions"))
                    ? []
                    : ["--file", `topology/dev.json`]),
                "--broker",
                managementEndpoint.replace("http://", `http://${name ?? ""}@`),
                "--amqp",
                `amqp://127.0.0.1:${stack.ports.amqpPort}`,
            ],
            { env: { TOPOLOGY_BROKER_PASSWORD: password ?? "" } },
        );
    }

    async function park(count: number): Promise<void> {
        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createConfirmChannel();
        await channel.purgeQueue(dlq);
        for (let index = 1; index <= count; index += 1) {
            channel.publish("", dlq, Buffer.from(String(index)), {
                persistent: true,
                messageId: `m-${index}`,
            });
        }
        await channel.waitForConfirms();
        await connection.close();
    }

    it("peeks without changing the order, and without counting where the broker allows it", async () => {
        await park(240);
        for (const limit of [5, 3, 1, 130, 7, 2, 240, 4]) {
            const { exitCode, output } = await as(
                "operator",
                "peek",
                dlq,
                "--limit",
                String(limit),
                "--json",
            );
            const { total, mayReorder, messages } = JSON.parse(output) as {
                total: number;
                mayReorder: boolean;
                messages: readonly { properties: { messageId: string } }[];
            }; // what the command wrote
            expect([exitCode, total, mayReorder]).toEqual([0, 240, false]);
            expect(messages.map(({ properties }) => properties.messageId)).toEqual(
                Array.from({ length: limit }, (_, index) => `m-${index + 1}`),
            );
        }

        const connection = await connectAs(stack, stack.access.administrator.username);
        const channel = await connection.createChannel();
        const order: string[] = [];
        const counts = new Set<unknown>();
        for (let message = await channel.get(dlq); message !== false; message = await channel.get(dlq)) {
            order.push(message.content.toString());
            counts.add(message.properties.headers?.["x-delivery-count"]);
        }
        await connection.close();
        expect(order).toEqual(Array.from({ length: 240 }, (_, index) => String(index + 1)));
        // Before 4.3 every look counts, so the declared queue has no delivery limit there.
        expect([...counts]).toEqual(
            version === "4.3" ? [undefined] : [...counts].filter((each) => Number(each) > 0),
        );
    });

    it("names the true cause of each incident in the first sentence", async () => {
        const vhost = "incidents";
        const { administrator } = stack.access;
        await stack.api.putVhost(vhost);
        await stack.api.putPermissions(vhost, administrator.username, {
            configure: ".*",
            write: ".*",
            read: ".*",
        });
        const connect = (): ReturnType<typeof connectAs> => connectAs(stack, administrator.username, vhost);
        const connection = await connect();
        const channel = await connection.createConfirmChannel();
        const all = incidents(version);
        for (const { happen } of all) {
            await happen({ api: stack.api, vhost, channel, connect });
        }
        const definitions = [
            "--definitions",
            stack.access.managementEndpoint.replace("http://", `http://${administrator.username}@`),
        ];
        const sentences = new Map<Incident, string>();
        for (const incident of all) {
            const why = await eventually(`a message in ${incident.name}.dlq`, async () => {
                const run = await as(
                    "administrator",
                    "why",
                    `${incident.name}.dlq`,
                    "--vhost",
                    vhost,
                    ...definitions,
                );
                return run.exitCode === 1 ? undefined : run;
            });
            sentences.set(incident, why.output === "" ? why.errors : (why.output.split("\n")[0] ?? ""));
        }
        await connection.close();
        await stack.api.deleteVhost(vhost);

        const wrong = all
            .filter((each) => !each.sentence.test(sentences.get(each) ?? ""))
            .map((each) => ({
                incident: each.name,
                said: sentences.get(each),
                expected: String(each.sentence),
            }));
        expect(wrong).toEqual([]);
        expect(all.length).toBeGreaterThanOrEqual(version === "4.3" ? 52 : 50);
    });
});
