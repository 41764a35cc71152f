import { describe, expect, it } from "vitest";
import type { Trace } from "../src/commands/traceCommand.ts";
import { plain } from "../src/render/paint.ts";
import { shop, topology } from "./topologyRun.ts";

const order = ["trace", "--file", shop, "--exchange", "orders", "--key", "order.new"];

describe("the trace of a message", () => {
    it.each([
        ["trace-shop.txt", [...order, "--header", "kind=invoice"], undefined],
        ["trace-shop-80.txt", order, 80],
        [
            "trace-spot.txt",
            ["trace", "--exchange", "spot.analysis", "--key", "analyze.finding.links"],
            undefined,
        ],
        [
            "trace-default.txt",
            ["trace", "--file", shop, "--exchange", "", "--key", "retry", "--vhost", "shop"],
            undefined,
        ],
    ])("is drawn to its ends: %s", async (golden, args, width) => {
        const page = width === undefined ? { paint: plain } : { paint: plain, width };
        const { exitCode, output, errors } = await topology(args, { page });
        expect([exitCode, errors]).toEqual([0, ""]);
        await expect(output).toMatchFileSnapshot(`golden/${golden}`);
    });

    it("is drawn as far as a page is wide, and whole for machines", async () => {
        const links = 12_000;
        const exchanges = Array.from({ length: links }, (_, index) => ({
            name: `e${index}`,
            vhost: "/",
            type: "fanout",
        }));
        const bindings = exchanges.map(({ name }, index) => ({
            vhost: "/",
            source: name,
            destination: index === links - 1 ? "q" : `e${index + 1}`,
            destination_type: index === links - 1 ? "queue" : "exchange",
            routing_key: "",
        }));
        const stdin = JSON.stringify({
            vhosts: [{ name: "/" }],
            exchanges,
            queues: [{ name: "q", vhost: "/" }],
            bindings,
        });
        const args = ["trace", "--definitions", "-", "--exchange", "e0"];
        const { output, errors } = await topology(args, { stdin });
        expect(errors).toBe("");
        expect(output).toMatch(/exchange "e50"\n *└─ \.\.\. and on; --json shows the whole way\n$/);
        const { paths } = JSON.parse((await topology([...args, "--json"], { stdin })).output) as Trace;
        expect(paths.map(({ queue, hops }) => [queue, hops.length])).toEqual([["q", links]]);
    });

    it("is data for machines", async () => {
        const { output } = await topology([...order, "--json"]);
        const trace = JSON.parse(output) as Trace;
        expect(trace.queues).toEqual(["orders"]);
        expect(trace.paths).toEqual([
            {
                queue: "orders",
                hops: [
                    {
                        exchange: "orders",
                        via: "binding",
                        binding: {
                            vhost: "shop",
                            source: "orders",
                            destination: "orders",
                            destinationType: "queue",
                            routingKey: "order.#",
                            arguments: {},
                        },
                        to: { kind: "queue", name: "orders" },
                    },
                ],
            },
        ]);
        expect(trace.ends.map(({ queue, cause, end }) => [queue, cause, end.kind])).toEqual([
            ["orders", "rejected", "cycle"],
            ["orders", "expired", "cycle"],
            ["orders", "delivery_limit", "cycle"],
            ["orders", "maxlen", "cycle"],
        ]);
    });

    it("reads headers as JSON where they are", async () => {
        const { output } = await topology([
            ...order,
            "--json",
            "--header",
            "kind=invoice",
            "n=5",
            "text=5 apples",
        ]);
        const trace = JSON.parse(output) as Trace;
        expect(trace.message.headers).toEqual({ kind: "invoice", n: 5, text: "5 apples" });
        expect(trace.queues).toEqual(["orders", "orders.archive"]);
    });

    it("that nothing takes says so and ends with 1", async () => {
        expect(
            await topology(["trace", "--file", shop, "--exchange", "amq.topic", "--vhost", "shop"]),
        ).toEqual({
            exitCode: 1,
            output: `message with routing key "" exchange "amq.topic" (topic) in vhost "shop"
└─ unroutable: it is dropped, or returned to a publisher that sets "mandatory"
`,
            errors: "",
        });
    });

    it.each([
        [["--exchange", "order", "--key", "x"], 'exchange "order" does not exist; did you mean "orders"?\n'],
        ...["constructor", "__proto__"].map((name): [string[], string] => [
            ["--exchange", name],
            `exchange "${name}" does not exist; there are 3, such as "archive"\n`,
        ]),
        [
            ["--exchange", "orders", "--header", "kind"],
            'header "kind" has no name and value; write it as name=value\n',
        ],
        [
            ["--exchange", "amq.topic"],
            'exchange "amq.topic" stands in several virtual hosts; choose with --vhost one of "/", "shop"\n',
        ],
    ])("cannot be asked for in vain: %j", async (args, errors) => {
        expect(await topology(["trace", "--file", shop, ...args])).toEqual({
            exitCode: 2,
            output: "",
            errors,
        });
    });
});
