import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { topology } from "../../packages/cli/tests/topologyRun.ts";
import { type SeededBroker, seeds } from "./drift/seeds.ts";
import { type OracleBroker, startOracle } from "./oracle/broker.ts";
import { onEveryVersion } from "./support/everyVersion.ts";

interface DriftOutput {
    readonly changes: readonly { readonly id: string; readonly repair: { readonly by: string } }[];
    readonly findings: readonly { readonly id: string; readonly repair: { readonly by: string } }[];
    readonly unseen: readonly { readonly what: string }[];
}

/**
 * Every seeded difference is found, nothing else is, and after its repair nothing is left. Not proved here: replicas, leaders and nodes, since the
 * broker has one node; that `pulumi up --refresh` makes the repairs that the report names.
 */
onEveryVersion("topology drift on RabbitMQ %s", (version) => {
    let broker: OracleBroker;
    let seeded: SeededBroker;
    const folder = mkdtempSync(join(tmpdir(), "drift-"));
    const config = join(folder, "topology.config.mjs");

    beforeAll(async () => {
        broker = await startOracle("drift", version);
        await broker.enablePlugins("rabbitmq_shovel", "rabbitmq_federation");
        const { access, topology: declared } = broker.stack;
        seeded = {
            api: broker.api,
            topology: declared,
            passwords: access.passwords,
            connect: broker.connect,
        };
        const values = {
            topology: declared,
            access: { endpoint: access.managementEndpoint, ...access.administrator },
            passwords: access.passwords,
        };
        writeFileSync(
            config,
            [
                `const values = ${JSON.stringify(values)};`,
                "export default {",
                '    stacks: ["dev"],',
                "    topologyOf: () => values.topology,",
                "    brokerOf: () => values.access,",
                "    passwordsOf: () => values.passwords,",
                "};",
            ].join("\n"),
        );
    });

    afterAll(async () => {
        rmSync(folder, { recursive: true, force: true });
        await broker.remove();
    });

    async function drift(
        args: readonly string[] = [],
        env: Readonly<Record<string, string>> = {},
    ): Promise<{ readonly exitCode: number; readonly report: DriftOutput; readonly ids: readonly string[] }> {
        const { exitCode, output, errors } = await topology(
            ["drift", "--config", config, "--json", ...args],
            {
                env,
            },
        );
        // A busy machine is slow, which the command reports.
        expect(errors.replaceAll(/^reading broker .*\n/gmu, "")).toBe("");
        const report = JSON.parse(output) as DriftOutput; // what the command wrote
        return { exitCode, report, ids: [...report.changes, ...report.findings].map(({ id }) => id).sort() };
    }

    it("finds nothing on an untouched broker, and sees everything", async () => {
        const { exitCode, report, ids } = await drift();
        expect({ exitCode, ids, unseen: report.unseen }).toEqual({ exitCode: 0, ids: [], unseen: [] });
    });

    it.each(seeds.filter(({ versions }) => versions?.includes(version) !== false))(
        "finds that $what",
        async ({ apply, finds, by }) => {
            const undo = await apply(seeded);
            const { exitCode, report, ids } = await drift();
            await undo();
            expect({ exitCode, ids }).toEqual({ exitCode: 1, ids: [...finds].sort() });
            expect(new Set([...report.changes, ...report.findings].map(({ repair }) => repair.by))).toEqual(
                new Set([by]),
            );
        },
    );

    it("finds nothing after all repairs", async () => {
        const { exitCode, ids } = await drift();
        expect({ exitCode, ids }).toEqual({ exitCode: 0, ids: [] });
    });

    describe("for a user with the tag monitoring", () => {
        const asMonitoring = (): ReturnType<typeof drift> => {
            const { managementEndpoint, passwords } = broker.stack.access;
            return drift(["--broker", managementEndpoint.replace("http://", "http://monitoring@")], {
                TOPOLOGY_BROKER_PASSWORD: passwords["monitoring"] ?? "",
            });
        };

        it("finds nothing on an untouched broker, and lists what it cannot see", async () => {
            const { exitCode, report, ids } = await asMonitoring();
            expect({ exitCode, ids }).toEqual({ exitCode: 0, ids: [] });
            expect(report.unseen.map(({ what }) => what)).toEqual([
                'the objects in virtual host "/"',
                "users, their tags, limits, passwords, permissions and topic permissions",
                "parameters of plugins and of the cluster (shovels, federation)",
            ]);
        });

        it("finds changes of objects that it sees", async () => {
            await broker.api.declareQueue("spot", "stray", {
                durable: true,
                auto_delete: false,
                arguments: {},
            });
            const { exitCode, ids } = await asMonitoring();
            await broker.api.deleteQueue("spot", "stray");
            expect({ exitCode, ids }).toEqual({ exitCode: 1, ids: ["create queue spot/stray"] });
        });
    });
});
