import { describe, expect, it } from "vitest";
import type { Trace } from "../src/commands/traceCommand.ts";
import { plain } from "../src/render/paint.ts";
import { sampleProgram, shop, topology } from "./topologyRun.ts";

const analysis = ["--exchange", "spot.analysis"];
const order = ["trace", "--file", shop, "--exchange", "orders", "--key", "order.new"];

describe("the trace of a message", () => {
    it.each([
        ["trace-shop.txt", [...order, "--header", "kind=invoice"], undefined],
        ["trace-shop-80.txt", order, 80],
        [
            "trace-spot.txt",
            [
                "trace",
                "--exchange",
                "spot.analysis",
                "--key",
                "analyze.finding.links",
                "--config",
                sampleProgram,
            ],
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
        expect(output).toMatch(/exchange "e50"\n *└─ \.\.\.; --json shows the whole route\n$/);
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
            ["orders", "delivery_limit", "queue"],
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
            output: `message with routing key "" to exchange "amq.topic" (topic) in vhost "shop"
└─ unroutable: it is dropped, or returned to a publisher that sets "mandatory"
`,
            errors: "",
        });
    });

    it("that only the alternate exchange takes is unroutable, as for check", async () => {
        const { exitCode, output } = await topology(["trace", ...analysis, "--key", "analyse.request"]);
        expect(exitCode).toBe(1);
        expect(output.split("\n").at(-2)).toBe(
            'unroutable: it falls through to the alternate exchange and is parked in "unrouted"',
        );
    });

    it("tells queues that a message is delivered to from those that park it, for machines", async () => {
        const args = ["trace", ...analysis, "--json", "--key"];
        const routed = JSON.parse((await topology([...args, "analyze.result"])).output) as Trace;
        const parked = JSON.parse((await topology([...args, "analyse.result"])).output) as Trace;
        expect([routed.queues, routed.delivered]).toEqual([["result-processor"], ["result-processor"]]);
        expect([parked.queues, parked.delivered]).toEqual([["unrouted"], []]);
        expect("expectation" in routed).toBe(false);
    });

    const request = ["--key", "analyze.request"];
    const message = 'message with key "analyze.request" to exchange "spot.analysis"';
    const typo = ["--key", "analyse.request"];
    const email = ["--exchange", "spot.notifications", "--key", "notify.alert"];
    it.each<[string, readonly string[], readonly string[]]>([
        ["the queue", [...analysis, ...request, "--expect", "analyzer-orchestrator"], []],
        [
            "several queues",
            [...email, "--expect", "notifications.email", "--expect", "notifications.webhook"],
            [],
        ],
        ["one of several queues", [...email, "--expect", "notifications.email"], []],
        [
            "exactly the queues, in any order",
            [...email, "--expect-only", "--expect", "notifications.webhook", "notifications.email"],
            [],
        ],
        ["no queue", [...analysis, ...typo, "--expect", "none"], []],
        [
            "another queue",
            [...analysis, ...request, "--expect", "result-processor"],
            [
                `${message}: is not delivered to queue "result-processor": it is delivered to "analyzer-orchestrator" instead; correct the key or the bindings of "result-processor"`,
            ],
        ],
        [
            "fewer queues",
            [...email, "--expect-only", "--expect", "notifications.email"],
            [
                'message with key "notify.alert" to exchange "spot.notifications": is also delivered to queue "notifications.webhook", which is not expected; remove the binding, or expect it',
            ],
        ],
        [
            "a queue, but the message is parked",
            [...analysis, ...typo, "--expect", "analyzer-orchestrator"],
            [
                'message with key "analyse.request" to exchange "spot.analysis": is not delivered to queue "analyzer-orchestrator": it is unroutable: it falls through to the alternate exchange and is parked in "unrouted"; correct the key or the bindings of "analyzer-orchestrator"',
            ],
        ],
        [
            "the queue that parks it",
            [...analysis, ...typo, "--expect", "unrouted"],
            [
                'message with key "analyse.request" to exchange "spot.analysis": is not delivered to queue "unrouted": it is unroutable: it falls through to the alternate exchange and is parked in "unrouted"; correct the key or the bindings of "unrouted"',
            ],
        ],
        [
            "a queue, but no queue takes the message",
            ["--exchange", "spot.rpc", "--key", "x", "--expect", "analyzer-orchestrator.rpc"],
            [
                'message with key "x" to exchange "spot.rpc": is not delivered to queue "analyzer-orchestrator.rpc": it is unroutable: no queue receives it; correct the key or the bindings of "analyzer-orchestrator.rpc"',
            ],
        ],
        [
            "no queue, but one gets it",
            [...analysis, ...request, "--expect", "none"],
            [
                `${message}: is also delivered to queue "analyzer-orchestrator", which is not expected; remove the binding, or expect it`,
            ],
        ],
    ])("is compared with what is expected: %s", async (_, args, problems) => {
        const exitCode = problems.length === 0 ? 0 : 1;
        const verdict = problems.map((each) => `${each}\n`).join("");
        expect(await topology(["trace", ...args, "--quiet"])).toEqual({
            exitCode,
            output: verdict,
            errors: "",
        });
        const { output } = await topology(["trace", ...args]);
        expect(output.endsWith(problems.length === 0 ? "\nas expected\n" : `\n${verdict}`)).toBe(true);
        const json = await topology(["trace", ...args, "--json"]);
        const { expectation } = JSON.parse(json.output) as Trace;
        expect([json.exitCode, expectation?.problems]).toEqual([exitCode, problems]);
    });

    it.each([
        [
            ["--exchange", "orders", "--key", "x", "--expect", "order"],
            'vhost "shop": queue "order" does not exist; did you mean "orders"?\n',
        ],
        [
            ["--exchange", "orders", "--expect", "none", "orders"],
            "--expect none: cannot be combined with another --expect; remove one of them\n",
        ],
        [
            ["--exchange", "orders", "--expect-only"],
            "--expect-only: no queue is expected; name the queues with --expect\n",
        ],
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
            'exchange "amq.topic" exists in several virtual hosts; choose with --vhost one of "/", "shop"\n',
        ],
    ])("is refused if its input is wrong: %j", async (args, errors) => {
        expect(await topology(["trace", "--file", shop, ...args])).toEqual({
            exitCode: 2,
            output: "",
            errors,
        });
    });
});
