import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FakeBroker, fakeBroker } from "../../../management/tests/fakeBroker.ts";
import { type ProgramFolder, programFolder } from "../programFolder.ts";

let program: ProgramFolder;

beforeEach(async () => {
    program = await programFolder();
});

afterEach(async () => {
    await program.remove();
});

/** A configuration with these settings, which may use `shop`: a topology with one exchange that nothing is bound to. */
const configuration = (settings: string): string => `
import { defineConfig } from "@spot-messaging/cli";
import { emptyTopology } from "@spot-messaging/topology";

const exchange = { type: "topic", durable: true, autoDelete: false, internal: false, arguments: {} };
const topologyNamed = (vhost) => ({
    ...emptyTopology("4.3"),
    vhosts: [{ name: vhost }],
    exchanges: [{ ...exchange, vhost, name: "orders" }],
});
const shop = topologyNamed("shop");

export default defineConfig({ ${settings} });
`;

describe("a program", () => {
    it.each(["ts", "mts", "js", "mjs"])(
        "is found from a folder below, with a configuration in .%s",
        async (ending) => {
            await program.write({
                [`topology.config.${ending}`]: configuration('stacks: ["test"], topologyOf: () => shop'),
                "deep/below/file": "",
            });
            const { exitCode, output, errors } = await program.run(["check", "--json"], "deep/below");
            expect([exitCode, errors]).toEqual([0, ""]);
            expect(JSON.parse(output)).toMatchObject({
                findings: [{ rule: "unboundExchange", severity: "note" }],
            });
        },
    );

    it("may give everything as a promise, and locate its declarations", async () => {
        await program.write({
            "topology.config.ts": configuration(`
                stacks: async () => ["dev", "prod"],
                topologyOf: async (stack) => topologyNamed(stack),
                locate: async (stack) => () => ({ file: \`\${stack}.ts\`, line: 7 }),
            `),
        });
        expect((await program.run(["check", "--stack", "prod", "--verbose"])).output).toContain(
            '  prod.ts:7: vhost "prod": exchange "orders": ',
        );
        // Several stacks, and one is named dev.
        expect((await program.run(["check", "--verbose"])).output).toContain(
            '  dev.ts:7: vhost "dev": exchange "orders": ',
        );
    });

    it("has its baseline and its snapshots in the folder of its configuration", async () => {
        await program.write({
            "topology.config.ts": configuration('stacks: ["test"], topologyOf: () => shop'),
            "topology/baseline.yaml":
                'accepted:\n  - rule: unboundExchange\n    place: \'vhost "shop": exchange "orders"\'\n    reason: small\n',
            "below/file": "",
        });
        expect((await program.run(["check"], "below")).output).toContain("(accepted: small)");
        expect((await program.run(["snapshot"], "below")).exitCode).toBe(0);
        expect(await program.files()).toContain(join("topology", "test.json"));
        expect(await program.run(["snapshot", "--check"])).toEqual({
            exitCode: 0,
            output: "everything is up to date\n",
            errors: "",
        });
    });

    it("is not loaded if the topology comes from a file", async () => {
        await program.write({ "topology.config.ts": 'throw new Error("loaded");' });
        const topology = JSON.stringify({ rabbit_version: "4.3.1", vhosts: [{ name: "shop" }] });
        await program.write({ "definitions.json": topology });
        expect(await program.run(["check", "--file", "definitions.json"])).toMatchObject({
            exitCode: 0,
            errors: "",
        });
    });
});

describe("the broker of a stack", () => {
    let broker: FakeBroker;
    beforeAll(async () => {
        broker = await fakeBroker(() => ({ status: 401, body: '{"reason":"Login failed"}' }));
    });
    afterAll(() => {
        broker.close();
    });

    const top = async (settings: string): Promise<string> => {
        await program.write({
            "topology.config.ts": configuration(`stacks: ["test"], topologyOf: () => shop, ${settings}`),
        });
        const { exitCode, output, errors } = await program.run(["top", "--once"]);
        expect([exitCode, output]).toEqual([2, ""]);
        return errors;
    };

    it("is queried with the access that the program returns", async () => {
        const { endpoint } = broker;
        const errors = await top(
            `brokerOf: async () => ({ endpoint: ${JSON.stringify(endpoint)}, username: "admin", password: "p" })`,
        );
        expect(errors).toContain(`broker "${endpoint}" refused GET /api/`);
        expect(broker.seen[0]?.authorization).toBe(`Basic ${Buffer.from("admin:p").toString("base64")}`);
    });

    const named = "name its broker with --broker https://user@host:15671\n";
    it.each([
        ["brokerOf: () => undefined", `stack "test": does not run; ${named}`],
        ["", `stack "test": topology.config.ts has no brokerOf, so the broker is unknown; ${named}`],
        [
            'brokerOf: () => ({ endpoint: "localhost", username: "" })',
            'topology.config.ts: brokerOf("test") returns an invalid "endpoint" and "username" and "password"; return { endpoint: "http://host:15672", username, password }, or undefined if the stack does not run\n',
        ],
    ])("is named where the program does not know it: %s", async (settings, errors) => {
        expect(await top(settings)).toBe(errors);
    });
});
