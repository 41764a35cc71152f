import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { type ManagementApi, managementApi } from "@spot-messaging/management";
import type { Topology } from "@spot-messaging/topology";
import { planMigration } from "@spot-messaging/topology/migrate";
import { writeSnapshot } from "@spot-messaging/topology/review";
import amqp, { type ChannelModel } from "amqplib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { brokerSteps } from "../../packages/topology/src/migrate/brokerSteps.ts";
import { projectRoot } from "../../src/cli/project.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { startPublisher } from "../broker/migration/publisher.ts";
import { freePort } from "../support/ports.ts";
import { externalConfig } from "../unit/environments.ts";
import { type EngineStack, engineStack, found } from "./support/engineStack.ts";
import { expectNoChanges } from "./support/expectations.ts";
import { type PlainBroker, startPlainBroker } from "./support/plainBroker.ts";
import { stackValues } from "./support/stackValues.ts";

const stack = "enginemigrate";
const changed = "result-processor";

/** The queue gets an argument, which no broker changes: the engine would delete it with its messages. */
function withArgument(declared: Topology): Topology {
    return {
        ...declared,
        queues: declared.queues.map((each) =>
            each.name === changed ? { ...each, arguments: { "x-quorum-initial-group-size": 1 } } : each,
        ),
    };
}

/** Not proved here: several nodes, and kills, which the tests of the command cover. */
describe.skipIf(!found)("a replacement in stages, each an ordinary pulumi up,", () => {
    let broker: PlainBroker;
    let api: ManagementApi;
    let engine: EngineStack;
    let folder: string;
    let amqpPort: number;

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "migration-stages-"));
        amqpPort = await freePort();
        const docker = await connectContainerEngine(() => undefined);
        broker = await startPlainBroker(docker, `spot-messaging-${stack}`, await freePort(), amqpPort);
        api = managementApi(broker);
        engine = await engineStack(stack, "external");
    });

    afterAll(async () => {
        await engine.remove();
        await broker.remove();
        await rm(folder, { recursive: true, force: true });
    });

    async function connect(vhost: string): Promise<ChannelModel> {
        const { username, password } = broker;
        const connection = await amqp.connect({
            hostname: "127.0.0.1",
            port: amqpPort,
            username,
            password,
            vhost,
        });
        connection.on("error", () => undefined);
        return connection;
    }

    async function up(migrationStage: string): Promise<string> {
        const { endpoint, username, password } = broker;
        const values = { ...externalConfig, endpoint, username, password, migrationStage };
        await engine.write(await stackValues(values));
        const { code, output } = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
        expect(code, output).toBe(0);
        return output;
    }

    async function migrate(...args: readonly string[]): Promise<string> {
        const url = broker.endpoint.replace("//", `//${broker.username}@`);
        const run = await topology(
            [
                ...["migrate", ...args, "--broker", url, "--amqp", `amqp://127.0.0.1:${amqpPort}`],
                ...["--wait", "3 minutes"],
            ],
            { env: { TOPOLOGY_BROKER_PASSWORD: broker.password } },
        );
        expect(run.exitCode, `${run.output}${run.errors}`).toBe(0);
        return run.output;
    }

    it("loses no message, and changes on the broker what its stage says", {
        timeout: 1_800_000,
    }, async () => {
        const { endpoint, username } = broker;
        const before = buildTopology(parseEnvironment(stack, { ...externalConfig, endpoint, username }));
        const after = withArgument(before);
        await up("");
        const file = (name: string): string => join(folder, name);
        await writeFile(file("before.json"), writeSnapshot(before, stack));
        await writeFile(file("after.json"), writeSnapshot(after, stack));
        const written = await topology([
            ...["migrate", "plan", "--base", file("before.json"), "--head", file("after.json")],
            ...["--output", file("plan.json"), "--stages", file("stages")],
        ]);
        expect(written.exitCode, written.errors).toBe(0);
        const { stages } = planMigration(before, after);
        const names = (await readdir(file("stages"))).sort();
        expect(names).toEqual(stages.map(({ id }, index) => `${index + 1}-${id}.json`));

        const publisher = startPublisher(connect, {
            vhost: "spot",
            exchange: "spot.analysis",
            routingKey: "analyze.result",
        });
        await publisher.burst(500);
        const end = new AbortController();
        const publishing = publisher.steady(50, end.signal);
        let last = before;
        for (const [index, { topology: stage }] of stages.entries()) {
            await migrate("run", file("plan.json"));
            const values = { ...externalConfig, endpoint, username, password: broker.password };
            const migrationStage = relative(projectRoot, file(`stages/${names[index] ?? ""}`));
            await engine.write(await stackValues({ ...values, migrationStage }));
            const preview = await engine.pulumi("preview", "--diff", "--json");
            expect(preview.code, preview.output).toBe(0);
            const steps = JSON.parse(preview.output.slice(preview.output.indexOf("{"))) as {
                readonly steps: readonly { readonly op: string; readonly urn: string }[];
            }; // the engine's format
            const operations = steps.steps.filter(({ op }) => op !== "same" && op !== "read");
            expect(operations.length).toBeGreaterThanOrEqual(brokerSteps(last, stage).length);
            for (const { urn } of operations) {
                expect(urn).toMatch(/rabbitmq:index|MessagingTopology/u);
            }
            await up(migrationStage);
            const exported = fromExport(await api.definitions(), "spot", [username]);
            expect(exported).toEqual(toDefinitions(stage));
            last = stage;
        }
        await expectNoChanges(engine);
        end.abort();
        await publishing;
        const consumed = new Set<string>();
        const connection = await connect("spot");
        const channel = await connection.createChannel();
        await channel.prefetch(1_000);
        await channel.consume(changed, (message) => {
            if (message !== null) {
                channel.ack(message);
                consumed.add(message.content.toString());
            }
        });
        await expect
            .poll(() => [...publisher.confirmed].filter((each) => !consumed.has(each)).length, {
                timeout: 30_000,
            })
            .toBe(0);
        expect(publisher.confirmed.size).toBeGreaterThan(500);
        await connection.close();
        await publisher.close();
        expect(await migrate("status", file("plan.json"))).toContain("The migration is finished.");
    });
});
