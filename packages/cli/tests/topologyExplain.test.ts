import { describe, expect, it } from "vitest";
import { casePath, sampleProgram, shop, topology } from "./topologyRun.ts";

describe("the explanation", () => {
    it.each([
        ["explain-shop-queue.txt", ["explain", "orders", "--file", shop]],
        ["explain-shop-exchange.txt", ["explain", "--exchange", "archive", "--file", shop]],
        ["explain-shop-dropped.txt", ["explain", "orders.archive", "--file", shop]],
        ["explain-spot-queue.txt", ["explain", "result-processor", "--config", sampleProgram]],
        [
            "explain-spot-exchange.txt",
            ["explain", "--exchange", "spot.dead-letter", "--target", "4.0", "--config", sampleProgram],
        ],
        ["explain-spot-user.txt", ["explain", "--user", "notifier", "--config", sampleProgram]],
        ["explain-users-topic.txt", ["explain", "--user", "checkout", "--file", casePath("users")]],
        ["explain-users-same-name.txt", ["explain", "--user", "billing", "--file", casePath("users")]],
        ["explain-users-default-exchange.txt", ["explain", "--user", "open", "--file", casePath("users")]],
        ["explain-users-shovel.txt", ["explain", "--user", "warehouse", "--file", casePath("users")]],
        ["explain-users-administrator.txt", ["explain", "--user", "admin", "--file", casePath("users")]],
        ["explain-users-idle.txt", ["explain", "--user", "idle", "--file", casePath("users")]],
    ])("shows an object as the broker sees it: %s", async (golden, args) => {
        const { exitCode, output, errors } = await topology(args);
        expect([exitCode, errors]).toEqual([0, ""]);
        await expect(output).toMatchFileSnapshot(`golden/${golden}`);
    });

    it("is data for machines", async () => {
        const { output } = await topology(["explain", "orders", "--file", shop, "--json"]);
        const explained = JSON.parse(output) as Record<string, unknown>;
        expect(Object.keys(explained)).toEqual([
            "kind",
            "brokerVersion",
            "vhost",
            "name",
            "type",
            "durable",
            "autoDelete",
            "arguments",
            "retain",
            "policy",
            "operatorPolicy",
            "tied",
            "shadowed",
            "dropped",
            "settings",
            "withoutEffect",
            "bindingsTo",
            "bindingsFrom",
            "deadLettersOf",
            "alternateOf",
            "arrivals",
            "shovels",
            "publishers",
            "consumers",
        ]);
        expect(explained["tied"]).toEqual(["a", "b"]);
        expect(explained["settings"]).toContainEqual({
            key: "message-ttl",
            origin: "operator policy",
            policy: "cap",
            value: 30_000,
            overridden: [
                { origin: "policy", policy: "a", value: 60_000 },
                { origin: "argument", value: "abc" },
            ],
        });
        expect([explained["publishers"], explained["consumers"]]).toEqual([null, null]);
    });

    it("of a user is data for machines", async () => {
        const { output } = await topology([
            "explain",
            "--user",
            "warehouse",
            "--file",
            casePath("users"),
            "--json",
        ]);
        const explained = JSON.parse(output) as { readonly vhosts: readonly { readonly queues: unknown }[] };
        expect(Object.keys(explained)).toEqual([
            "kind",
            "brokerVersion",
            "name",
            "tags",
            "services",
            "vhosts",
        ]);
        expect(Object.keys(explained.vhosts[0] ?? {})).toEqual([
            "vhost",
            "configure",
            "write",
            "read",
            "topics",
            "queues",
        ]);
        expect(explained.vhosts[0]?.queues).toContainEqual({
            vhost: "shop",
            queue: "failed.orders",
            path: [
                { via: "reject", to: { kind: "queue", vhost: "shop", name: "orders.new" } },
                {
                    via: "dead letter",
                    to: { kind: "exchange", vhost: "shop", name: "failures" },
                    keys: ["orders"],
                },
                {
                    via: "binding",
                    to: { kind: "queue", vhost: "shop", name: "failed.orders" },
                    binding: {
                        vhost: "shop",
                        source: "failures",
                        destination: "failed.orders",
                        destinationType: "queue",
                        routingKey: "orders",
                        arguments: {},
                    },
                    keys: ["orders"],
                },
            ],
            pathText:
                'a rejected message of queue "orders.new" -> dead-letter exchange "failures" with "orders" -> queue "failed.orders"',
        });
    });

    it.each([
        [
            ["explain", "--user", "warehose", "--file", casePath("users")],
            'user "warehose" does not exist; did you mean "warehouse"?\n',
        ],
        [
            ["explain", "parcels", "--user", "warehouse", "--file", casePath("users")],
            "--user: name either a user, or another object\n",
        ],
        [["explain", "ordres", "--file", shop], 'queue "ordres" does not exist; did you mean "orders"?\n'],
        [
            ["explain", "--file", shop],
            "name one queue, or one exchange with --exchange; topology list queues, or topology list exchanges, shows their names\n",
        ],
        [
            ["explain", "a", "--exchange", "b", "--file", shop],
            "name one queue, or one exchange with --exchange; topology list queues, or topology list exchanges, shows their names\n",
        ],
    ])("are refused if they do not exist: %j", async (args, errors) => {
        expect(await topology(args)).toEqual({ exitCode: 2, output: "", errors });
    });
});
