import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InVhost, Topology } from "@spot-messaging/topology";
import { planMigration } from "@spot-messaging/topology/migrate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrationBroker } from "../../packages/cli/src/migrate/migrationBroker.ts";
import { readPosition, runStages } from "../../packages/cli/src/migrate/runMigration.ts";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { reports } from "./migration/reports.ts";
import { declare, type TrialBroker } from "./migration/trial.ts";
import { startStack, type TestStack } from "./support/stack.ts";

let stack: TestStack;
let broker: TrialBroker;
let folder: string;

beforeAll(async () => {
    stack = await startStack("migration-reports", "4.3");
    const { username, password } = stack.access.administrator;
    broker = { api: stack.api, amqpPort: stack.ports.amqpPort, username, password };
    folder = await mkdtemp(join(tmpdir(), "reports-"));
});

afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await stack.remove();
});

/** The differences between the broker and a declaration, in one virtual host. */
async function driftIn(vhost: string, declared: Topology): Promise<readonly string[]> {
    const config = join(folder, `${vhost}.config.mjs`);
    const values = {
        topology: declared,
        access: { endpoint: stack.access.managementEndpoint, ...stack.access.administrator },
    };
    await writeFile(
        config,
        `const values = ${JSON.stringify(values)};
export default { stacks: ["dev"], topologyOf: () => values.topology, brokerOf: () => values.access };
`,
    );
    const { output, errors } = await topology([
        ...["drift", "--config", config, "--vhost", vhost, "--operator", broker.username, "--json"],
    ]);
    expect(errors.replaceAll(/^reading broker .*\n/gmu, "")).toBe("");
    const report = JSON.parse(output) as Readonly<
        Record<"changes" | "findings", readonly { readonly id: string }[]>
    >; // what the command wrote
    return [...report.changes, ...report.findings].map(({ id }) => id).sort();
}

async function bodiesIn({ vhost, name }: InVhost): Promise<readonly string[]> {
    return (await broker.api.getMessages(vhost, name, 10)).map(({ payload }) => payload);
}

const bodies = ["one", "two", "three"];

/** Not proved here: what publishers and consumers notice, which is tried under load. */
describe("a change that was reported as impossible", () => {
    it.each(reports.map((each) => [each.source, each] as const))(
        "is found, planned and carried out with all messages: %s",
        async (_source, { before, after, messages, drift, plans }) => {
            await declare(broker, before);
            for (const [{ vhost, name }] of messages) {
                for (const payload of bodies) {
                    const message = { routingKey: name, payload, properties: { delivery_mode: 2 } };
                    expect(await broker.api.publish(vhost, "amq.default", message)).toBe(true);
                }
            }
            const [{ name: vhost } = { name: "" }] = before.vhosts;
            if (drift !== undefined) {
                expect(await driftIn(vhost, after)).toEqual(drift);
            }
            const plan = planMigration(before, after);
            expect(plan.problems).toEqual([]);
            expect(plan.migrations.map(({ kind }) => kind)).toEqual(plans);
            const { endpoint } = broker.api;
            const { username, password, amqpPort } = broker;
            const settings = {
                plan,
                broker: migrationBroker({ endpoint, username, password }, `amqp://127.0.0.1:${amqpPort}`),
                cancelConsumers: false,
                discard: new Set<string>(),
                waitMs: 60_000,
                report: () => undefined,
            };
            await runStages(settings, "end");
            expect((await readPosition(settings)).position).toEqual({
                done: plan.stages.length,
                isBetween: false,
                changed: [],
            });
            for (const [, place] of messages) {
                expect(await bodiesIn(place)).toEqual(bodies);
            }
            if (plans.length > 0) {
                const [{ name: placeAfter } = { name: "" }] = after.vhosts;
                expect(await driftIn(placeAfter, after)).toEqual([]);
            }
        },
    );

    it("changes nothing if the broker would refuse what it is changed to", async () => {
        const [{ before } = { before: undefined }] = reports;
        if (before === undefined) {
            throw new Error("no report");
        }
        const vhost = "refused";
        const placed = JSON.parse(
            JSON.stringify(before).replaceAll('"vhost":"taskcluster"', `"vhost":"${vhost}"`),
        ) as Topology; // the same shape
        const here = { ...placed, vhosts: [{ name: vhost }] };
        await declare(broker, here);
        const wrong = {
            ...here,
            queues: here.queues.map((each) => ({ ...each, arguments: { "x-expires": 0 } })),
        };
        const { username, password, amqpPort } = broker;
        const run = runStages(
            {
                plan: planMigration(here, wrong),
                broker: migrationBroker(
                    { endpoint: broker.api.endpoint, username, password },
                    `amqp://127.0.0.1:${amqpPort}`,
                ),
                cancelConsumers: false,
                discard: new Set<string>(),
                waitMs: 10_000,
                report: () => undefined,
            },
            "end",
        );
        await expect(run).rejects.toThrow(
            /the broker refuses it as it is after the change; nothing was changed/u,
        );
        expect((await broker.api.listQueues(vhost)).map(({ name }) => name)).toEqual(
            here.queues.map(({ name }) => name),
        );
    });
});
