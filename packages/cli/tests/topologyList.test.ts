import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type FakeAnswer, fakeBroker } from "../../management/tests/fakeBroker.ts";
import { kindNames } from "../src/list/kindNames.ts";
import { plain } from "../src/render/paint.ts";
import { shop, topology } from "./topologyRun.ts";

/** The keys of each row, in their order: readers rely on them. */
const keys: Readonly<Record<string, readonly string[]>> = {
    queues: [
        "vhost",
        "name",
        "type",
        "sources",
        "consumedBy",
        "deadLetterQueue",
        "ttl",
        "maxLength",
        "maxLengthBytes",
        "purpose",
        "durable",
        "policy",
    ],
    exchanges: [
        "vhost",
        "name",
        "type",
        "alternate",
        "bindings",
        "publishedBy",
        "durable",
        "internal",
        "policy",
    ],
    bindings: ["vhost", "source", "destination", "destinationType", "routingKey", "arguments"],
    users: ["name", "tags", "services", "vhosts", "permissions", "limits"],
    policies: ["vhost", "name", "pattern", "applyTo", "priority", "definition", "operator"],
    services: ["vhost", "name", "publishes", "calls", "consumes", "replicas", "inspects", "users", "tags"],
    vhosts: [
        "name",
        "exchanges",
        "queues",
        "bindings",
        "policies",
        "defaultQueueType",
        "protectedFromDeletion",
        "limits",
    ],
};

type Rows = readonly Readonly<Record<string, unknown>>[];

async function rowsOf(...args: readonly string[]): Promise<Rows> {
    const { exitCode, output, errors } = await topology(["list", ...args, "-o", "json"]);
    expect([exitCode, errors]).toEqual([0, ""]);
    return Object.values(JSON.parse(output) as Record<string, Rows>)[0] ?? [];
}

describe("topology list", () => {
    it.each([
        ["spot", ["--stack", "dev"]],
        ["shop", ["--file", shop]],
    ])("counts the objects of %s and shows how to list them", async (name, input) => {
        const { exitCode, output, errors } = await topology(["list", ...input]);
        expect([exitCode, errors]).toEqual([0, ""]);
        await expect(output).toMatchFileSnapshot(`golden/list-${name}.txt`);
    });

    it.each(
        kindNames.flatMap((kind) => [
            [kind, "spot", ["--stack", "dev"]] as const,
            [kind, "shop", ["--file", shop, "-o", "wide"]] as const,
        ]),
    )("prints a table of %s of %s", async (kind, name, input) => {
        const { exitCode, output, errors } = await topology(["list", kind, ...input]);
        expect([exitCode, errors]).toEqual([0, ""]);
        await expect(output).toMatchFileSnapshot(`golden/list-${kind}-${name}.txt`);
    });

    it.each(kindNames.flatMap((kind) => [80, 120].map((width) => [kind, width] as const)))(
        "fits a table of %s to a terminal of %d columns, but not the wide form",
        async (kind, width) => {
            const page = { paint: plain, width };
            const lines = async (...args: readonly string[]): Promise<readonly string[]> =>
                (await topology(["list", kind, "--stack", "dev", ...args], { page })).output
                    .trimEnd()
                    .split("\n");
            const table = await lines();
            expect(table.filter((line) => line.length > width)).toEqual([]);
            const wide = await lines("-o", "wide");
            expect(table.slice(0, wide.length)).toHaveLength(wide.length);
            const note = table.slice(wide.length).join(" ");
            const shown = table[0]?.trim().split(/ +/u) ?? [];
            const hidden = /^ not shown: (.+) -o wide shows all columns$/u.exec(note)?.[1]?.split(", ") ?? [];
            expect([...shown, ...hidden]).toEqual(
                (await lines("--columns", [...shown, ...hidden].join(","), "-o", "wide"))[0]?.split(/ +/u),
            );
            expect(wide.join("")).not.toContain("…");
        },
    );

    it.each(kindNames)("gives machines every property of %s, in JSON and in YAML", async (kind) => {
        const json = await topology(["list", kind, "-o", "json"]);
        const data = JSON.parse(json.output) as Record<string, Rows>;
        expect(Object.keys(data)).toEqual([kind]);
        const counts = JSON.parse((await topology(["list", "-o", "json"])).output) as {
            readonly counts: Readonly<Record<string, number>>;
        };
        expect(data[kind]).toHaveLength(counts.counts[kind] ?? 0);
        for (const row of data[kind] ?? []) {
            expect(Object.keys(row)).toEqual(keys[kind]);
        }
        expect(parse((await topology(["list", kind, "-o", "yaml"])).output)).toEqual(data);
    });

    it("prints the requested columns in their order, without a header line if requested", async () => {
        const args = ["list", "queues", "--file", shop, "--columns", "name, type", "--no-headers"];
        expect((await topology(args)).output).toBe(
            "orders          quorum\norders.archive  classic\nretry           classic\n",
        );
    });

    it.each([
        ["name", ["orders", "orders.archive", "retry"]],
        ["-name", ["retry", "orders.archive", "orders"]],
        ["ttl", ["retry", "orders", "orders.archive"]],
        ["maxLengthBytes", ["retry", "orders", "orders.archive"]],
        ["-maxLengthBytes", ["orders.archive", "orders", "retry"]],
    ])("sorts by %s", async (sort, names) => {
        const rows = await rowsOf("queues", "--file", shop, "--sort", sort);
        expect(rows.map(({ name }) => name)).toEqual(names);
    });

    it("shows the virtual host if there are several", async () => {
        const { output } = await topology(["list", "queues", "--file", shop]);
        expect(output).toMatch(/^vhost +name/u);
        const inside = await topology(["list", "queues", "--file", shop, "--vhost", "shop"]);
        expect(inside.output).toMatch(/^name/u);
    });

    it("adds what a live broker counts", async () => {
        const queue = { vhost: "shop", name: "orders", type: "quorum", durable: true, arguments: {} };
        const broker = await fakeBroker(({ line }): FakeAnswer => {
            if (line.startsWith("GET /api/definitions")) {
                const definitions = {
                    rabbitmq_version: "4.3.6",
                    vhosts: [{ name: "shop" }],
                    queues: [queue],
                };
                return { body: JSON.stringify(definitions) };
            }
            const counts = { messages_ready: 1_200, messages_unacknowledged: 34, consumers: 2 };
            return { body: JSON.stringify({ page_count: 1, items: [{ ...queue, ...counts }] }) };
        });
        const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };
        const url = broker.endpoint.replace("http://", "http://guest@");
        const columns = ["list", "queues", "--columns", "name,messages,consumers"];
        const { exitCode, output, errors } = await topology([...columns, "--definitions", url], { env });
        expect([exitCode, errors]).toEqual([0, ""]);
        expect(output).toBe("name    messages  consumers\norders     1,234          2\n");

        // The topology comes from a file. A queue that the broker does not have has no numbers.
        const file = [...columns, "--file", shop, "--vhost", "shop", "--broker", url, "-o", "json"];
        expect(JSON.parse((await topology(file, { env })).output)).toEqual({
            queues: [
                { name: "orders", messages: 1_234, consumers: 2 },
                { name: "orders.archive", messages: null, consumers: null },
                { name: "retry", messages: null, consumers: null },
            ],
        });
        broker.close();
    });

    it.each([
        [
            ["queues", "--columns", "name,tipe"],
            '--columns "tipe": queues have no such column; did you mean "type"?\n',
        ],
        [
            ["vhosts", "--sort", "-size"],
            '--sort "size": vhosts have no such column; the columns are name, exchanges, queues, bindings, policies, defaultQueueType, protectedFromDeletion, limits\n',
        ],
        [["queues", "--vhost", "shoop"], 'virtual host "shoop" does not exist; did you mean "shop"?\n'],
        [
            ["queue"],
            "error: command-argument value 'queue' is invalid for argument 'kind'. Allowed choices are queues, exchanges, bindings, users, policies, shovels, upstreams, parameters, services, vhosts.\n(see --help)\n",
        ],
        [
            ["queues", "-o", "xml"],
            "error: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are table, wide, json, yaml.\n(see --help)\n",
        ],
    ])("reports what it cannot list: %j", async (args, errors) => {
        expect(await topology(["list", "--file", shop, ...args])).toEqual({
            exitCode: 2,
            output: "",
            errors,
        });
    });
});
