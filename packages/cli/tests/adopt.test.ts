import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type FakeBroker, fakeBroker } from "../../management/tests/fakeBroker.ts";
import { casePath, topology } from "./topologyRun.ts";

const headersBinding = {
    vhost: "shop",
    source: "orders",
    destination: "invoices",
    destination_type: "queue",
    routing_key: "",
    arguments: { "x-match": "all", country: 49 },
};
const definitions = {
    rabbit_version: "4.3.6",
    vhosts: [{ name: "shop" }],
    users: [{ name: "billing", tags: [] }],
    permissions: [{ user: "billing", vhost: "shop", configure: "", write: "", read: "^invoices$" }],
    exchanges: [{ vhost: "shop", name: "orders", type: "headers", durable: true, auto_delete: false }],
    queues: [
        {
            vhost: "shop",
            name: "invoices",
            durable: true,
            auto_delete: false,
            arguments: { "x-queue-type": "quorum" },
        },
    ],
    bindings: [headersBinding],
};

const files = [
    "topology/shop.ts",
    "topology/access.ts",
    "topology/index.ts",
    "index.ts",
    "topology.config.ts",
    "Pulumi.yaml",
    "package.json",
    "import.json",
];

const importFile = z.object({
    resources: z.array(z.object({ type: z.string(), name: z.string(), id: z.string().optional() })),
});

describe("topology adopt", () => {
    let folder: string;
    let file: string;
    let out: string;
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "adopt-"));
        file = join(folder, "definitions.json");
        out = join(folder, "Orders of 2026");
        await writeFile(file, JSON.stringify(definitions));
    });
    afterEach(async () => {
        await rm(folder, { recursive: true });
    });

    it("writes a program, the import file and the next commands, and names what is left to the broker", async () => {
        const { exitCode, output, errors } = await topology(["adopt", file, "--out", out]);
        expect(errors).toBe("");
        expect(exitCode).toBe(1);
        expect(output).toBe(
            [
                ...files.map((each) => `${out}/${each}`),
                "",
                "left to the broker: 1 object or setting that Pulumi will not manage",
                '- vhost "shop": binding "orders -> invoices ()": has arguments, so that its import id has a hash that only the broker knows; adopt the running broker, or let the first update declare the binding again',
                "",
                `next, in ${out}; the import reads 4 objects and changes nothing on the broker:`,
                "  npm install",
                "  pulumi stack init dev",
                "  pulumi config set rabbitmq:endpoint https://rabbit.example.com:15671",
                "  pulumi config set rabbitmq:username ADMINISTRATOR",
                "  pulumi config set --secret rabbitmq:password",
                "  pulumi import --file import.json --generate-code=false",
                "  pulumi preview --expect-no-changes",
                "",
            ].join("\n"),
        );
        expect(await readFile(join(out, "topology/shop.ts"), "utf8")).toBe(
            `import { declare, headers, plain } from "@spot-messaging/topology";

export const shop = declare({
    vhost: "shop",
    caps: false,
    exchanges: [headers("orders")],
    queues: [
        plain("invoices", {
            type: "quorum",
            from: [{ exchange: "orders", arguments: { "x-match": "all", country: 49 } }],
        }),
    ],
});
`,
        );
        expect(await readFile(join(out, "index.ts"), "utf8")).toContain(
            'new MessagingTopology("orders-of-2026", { topology, adopted: true });',
        );
    });

    it("takes what is left to the broker as agreed with --allow-left-out", async () => {
        const { exitCode, output } = await topology(
            [...["adopt", "-", "--out", out, "--name", "orders", "--allow-left-out", "--json"]],
            { stdin: JSON.stringify(definitions) },
        );
        expect(exitCode).toBe(0);
        expect(JSON.parse(output)).toEqual({
            files,
            imported: 4,
            leftOut: [expect.objectContaining({ place: 'vhost "shop": binding "orders -> invoices ()"' })],
        });
    });

    it("knows the import ids of all bindings of a running broker", async () => {
        const broker: FakeBroker = await fakeBroker(({ line }) => ({
            headers: { "content-type": "application/json" },
            body: JSON.stringify(
                line.endsWith("/api/definitions")
                    ? definitions
                    : [
                          { ...headersBinding, properties_key: "~edljqQ" },
                          { ...headersBinding, source: "", arguments: {}, properties_key: "invoices" },
                      ],
            ),
        }));
        try {
            const url = broker.endpoint.replace("//", "//admin@");
            const { exitCode, output, errors } = await topology(["adopt", "--broker", url, "--out", out], {
                env: { TOPOLOGY_BROKER_PASSWORD: "canary-password" },
            });
            expect(errors).toBe("");
            expect(exitCode).toBe(0);
            expect(output).toContain(`  pulumi config set rabbitmq:endpoint ${broker.endpoint}\n`);
            expect(output).not.toContain("left to the broker");
            const text = await readFile(join(out, "import.json"), "utf8");
            expect(text).not.toContain("canary");
            expect(importFile.parse(JSON.parse(text)).resources.map(({ type, id }) => [type, id])).toEqual([
                ["messaging:index:MessagingTopology", undefined],
                ["rabbitmq:index/vHost:VHost", "shop"],
                ["rabbitmq:index/exchange:Exchange", "orders@shop"],
                ["rabbitmq:index/permissions:Permissions", "billing@shop"],
                ["rabbitmq:index/queue:Queue", "invoices@shop"],
                ["rabbitmq:index/binding:Binding", "shop/orders/invoices/queue/~edljqQ"],
            ]);
        } finally {
            broker.close();
        }
    });

    it("writes no file over another one", async () => {
        expect((await topology(["adopt", file, "--out", out, "--allow-left-out"])).exitCode).toBe(0);
        const before = await readFile(join(out, "import.json"), "utf8");
        const { exitCode, output, errors } = await topology(["adopt", file, "--out", out]);
        expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
        expect(errors).toMatch(
            /^folder ".*Orders of 2026" already has "topology\/shop\.ts".*; name a new folder with --out\n$/u,
        );
        expect(await readFile(join(out, "import.json"), "utf8")).toBe(before);
    });

    it.each<[string, readonly string[], RegExp]>([
        ["no input", [], /^nothing to adopt; name a file/u],
        [
            "two inputs",
            [casePath("users"), "--broker", "https://admin@rabbit.example.com:15671"],
            /^a file and --broker exclude each other/u,
        ],
        ["a URL as a file", ["https://admin@rabbit.example.com:15671"], /is a URL; give a running broker/u],
        ["a missing file", ["missing.json"], /^file "missing\.json" does not exist; check the path/u],
        ["a name with a space", [casePath("users"), "--name", "My Shop"], /^--name "My Shop" is not a name/u],
        ["a stack with a slash", [casePath("users"), "--stack", "a/b"], /^--stack "a\/b" is not a name/u],
        [
            "a password in the URL",
            ["--broker", "https://a:canary@rabbit.example.com"],
            /contains a password/u,
        ],
    ])("refuses %s in one sentence", async (_, args, sentence) => {
        const { exitCode, output, errors } = await topology(["adopt", ...args, "--out", out]);
        expect({ exitCode, output }).toEqual({ exitCode: 2, output: "" });
        expect(errors).toMatch(sentence);
        expect(errors).not.toContain("canary");
    });

    it("refuses a snapshot, whose program exists already", async () => {
        const snapshot = join(folder, "dev.json");
        const empty = { brokerVersion: "4.3", services: [], retries: [] };
        const lists = ["vhosts", "exchanges", "queues", "bindings", "policies", "operatorPolicies"];
        const rights = ["users", "permissions", "topicPermissions"];
        const content = Object.fromEntries([...lists, ...rights].map((list) => [list, []]));
        await writeFile(
            snapshot,
            JSON.stringify({ format: 1, stack: "dev", topology: { ...empty, ...content } }),
        );
        const { exitCode, errors } = await topology(["adopt", snapshot, "--out", out]);
        expect(exitCode).toBe(2);
        expect(errors).toContain("is a snapshot of a program; give the definitions that a broker exported");
    });
});
