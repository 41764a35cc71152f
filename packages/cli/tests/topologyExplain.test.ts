import { describe, expect, it } from "vitest";
import { sampleProgram, shop, topology } from "./topologyRun.ts";

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

    it.each([
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
