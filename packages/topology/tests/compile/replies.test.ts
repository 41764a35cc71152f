import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile/index.ts";
import { declare } from "../../src/declare/declare.ts";
import { direct, fanout, headers, topic } from "../../src/declare/exchanges.ts";
import { plain, requests, work } from "../../src/declare/queues.ts";
import { call, consume, type ServiceInput, service } from "../../src/declare/services.ts";
import type { Topology } from "../../src/model/index.ts";
import { router } from "../../src/routing/routing.ts";

type Parts = Omit<Parameters<typeof declare>[0], "vhost">;

function compiled(parts: Parts, version: "4.0" | "4.3" = "4.3"): Topology {
    return compile(declare({ vhost: "shop", ...parts }), version);
}

/** The callers to which each user may reply, by its permissions; of all services and of none. */
function mayReplyTo({ permissions, topicPermissions, services }: Topology): Record<string, string[]> {
    const keys = [...services.map(({ name }) => name), "no-caller", "#", ""];
    return Object.fromEntries(
        permissions.flatMap(({ user, write }) => {
            const records = topicPermissions.filter(
                (each) => each.user === user && each.exchange === "shop.replies",
            );
            const isOpen = new RegExp(write).test("shop.replies");
            const allowed = isOpen
                ? keys.filter((key) => records.every((each) => new RegExp(each.write).test(key)))
                : [];
            return allowed.length === 0 ? [] : [[user, allowed]];
        }),
    );
}

const office = service("office", { consumes: [consume("prices")] });
const till = (to: string, key?: string): ServiceInput =>
    service("till", {
        calls: [call("price", { to, ...(key !== undefined && { key }), timeout: "10 seconds" })],
    });

describe("replies", () => {
    it("go to a stream of the caller, which bounds them by size and by age", () => {
        const topology = compiled({
            exchanges: [direct("rpc")],
            queues: [requests("prices", { from: "rpc", key: "price" })],
            services: [till("rpc", "price"), office],
        });
        expect(topology.queues.filter(({ purpose }) => purpose === "replies")).toEqual([
            {
                vhost: "shop",
                name: "till.replies",
                type: "stream",
                durable: true,
                autoDelete: false,
                arguments: {},
                retain: false,
                purpose: "replies",
            },
        ]);
        expect(topology.policies.find(({ name }) => name === "queue.till.replies")).toMatchObject({
            pattern: "^till\\.replies$",
            applyTo: "streams",
            definition: {
                "max-age": "60s",
                "max-length-bytes": 16 * 1024 * 1024,
                "stream-max-segment-size-bytes": 64 * 1024,
                "queue-leader-locator": "balanced",
            },
        });
        expect(topology.exchanges.find(({ name }) => name === "shop.replies")?.type).toBe("topic");
        expect(router(topology)({ vhost: "shop", exchange: "shop.replies", routingKey: "till" })).toEqual([
            "till.replies",
        ]);
        expect(topology.services.map(({ name, publishes, consumes }) => [name, publishes, consumes])).toEqual(
            [
                [
                    "office",
                    [
                        {
                            message: "reply.till",
                            exchange: "shop.replies",
                            routingKey: "till",
                            persistent: false,
                            mandatory: false,
                            urgency: false,
                        },
                    ],
                    [expect.objectContaining({ queue: "prices" })],
                ],
                [
                    "till",
                    [],
                    [
                        {
                            message: "till.replies",
                            queue: "till.replies",
                            prefetch: 100,
                            jobLimit: 10_000,
                        },
                    ],
                ],
            ],
        );
    });

    it.each([
        ["1 second", "60s"],
        ["1 minute", "60s"],
        ["61 seconds", "61s"],
        ["90500 milliseconds", "91s"],
        ["2 hours", "7200s"],
    ] as const)("stay for a minute or for the longest timeout: %s", (timeout, age) => {
        const topology = compiled({
            exchanges: [direct("rpc")],
            queues: [requests("prices", { from: "rpc", keys: ["price", "stock"] })],
            services: [
                service("till", {
                    calls: [
                        call("price", { to: "rpc", key: "price", timeout }),
                        call("stock", { to: "rpc", key: "stock", timeout: "1 second" }),
                    ],
                }),
                office,
            ],
        });
        const policy = topology.policies.find(({ name }) => name === "queue.till.replies");
        expect(policy?.definition["max-age"]).toBe(age);
    });

    it("need nothing where no service makes calls", () => {
        const topology = compiled({
            exchanges: [direct("rpc")],
            queues: [requests("prices", { from: "rpc", key: "price" })],
            services: [office],
        });
        expect(topology.exchanges.map(({ name }) => name)).toEqual(["rpc"]);
        expect(topology.queues.map(({ name }) => name)).toEqual(["prices"]);
        expect(topology.services[0]?.publishes).toEqual([]);
    });

    const prices = requests("prices", { from: "rpc", key: "price" });
    it.each<[string, Parts, Record<string, string[]>]>([
        [
            "a direct exchange",
            { exchanges: [direct("rpc")], queues: [prices], services: [till("rpc", "price"), office] },
            { office: ["till"] },
        ],
        [
            "the default exchange",
            { queues: [requests("prices")], services: [till("", "prices"), office] },
            { office: ["till"] },
        ],
        [
            "a topic exchange with a wildcard",
            {
                exchanges: [topic("rpc")],
                queues: [requests("prices", { from: "rpc", key: "price.*" })],
                services: [till("rpc", "price.of-shoes"), office],
            },
            { office: ["till"] },
        ],
        [
            "a fanout exchange, to two services",
            {
                exchanges: [fanout("rpc")],
                queues: [requests("prices", { from: "rpc" }), requests("stocks", { from: "rpc" })],
                services: [till("rpc"), office, service("depot", { consumes: [consume("stocks")] })],
            },
            { office: ["till"], depot: ["till"] },
        ],
        [
            "an exchange that is bound to another one",
            {
                exchanges: [direct("front"), direct("rpc")],
                queues: [prices],
                bindings: [{ from: "front", to: { exchange: "rpc" }, key: "price" }],
                services: [till("front", "price"), office],
            },
            { office: ["till"] },
        ],
        [
            "an alternate exchange",
            {
                exchanges: [direct("front", { alternate: "rpc" }), direct("rpc")],
                queues: [prices],
                services: [till("front", "price"), office],
            },
            { office: ["till"] },
        ],
        [
            "a headers exchange, only if it matches without headers",
            {
                exchanges: [headers("rpc")],
                queues: [requests("prices", { from: "rpc", arguments: { "x-match": "all", kind: "price" } })],
                services: [till("rpc"), office],
            },
            {},
        ],
        [
            "a queue of another purpose whose consumer replies",
            {
                exchanges: [direct("rpc")],
                queues: [work("prices", { from: "rpc", key: "price" })],
                services: [till("rpc", "price"), { ...office, replies: true }],
            },
            { office: ["till"] },
        ],
        [
            "a queue whose consumer does not reply",
            {
                exchanges: [direct("rpc")],
                queues: [plain("prices", { from: "rpc", key: "price", type: "quorum" })],
                services: [till("rpc", "price"), office],
            },
            {},
        ],
        [
            "no queue",
            { exchanges: [direct("rpc")], queues: [prices], services: [till("rpc", "prize"), office] },
            {},
        ],
        [
            "one queue from two services, one of them with two users",
            {
                exchanges: [direct("rpc")],
                queues: [prices],
                services: [
                    { ...till("rpc", "price"), users: ["till-2", "till"] },
                    { ...till("rpc", "price"), name: "web.shop" },
                    { ...office, users: ["office-7", "office-6"] },
                ],
            },
            { "office-6": ["till", "web.shop"], "office-7": ["till", "web.shop"] },
        ],
        [
            "its own queue",
            {
                exchanges: [direct("rpc")],
                queues: [prices],
                services: [{ ...till("rpc", "price"), consumes: [consume("prices")] }],
            },
            { till: ["till"] },
        ],
    ])("are allowed to exactly the callers whose requests arrive over %s", (_, parts, expected) => {
        for (const version of ["4.0", "4.3"] as const) {
            const topology = compiled(parts, version);
            expect(mayReplyTo(topology)).toEqual(expected);
            expect(topology.permissions.filter(({ configure }) => configure !== "^$")).toEqual([]);
        }
    });

    it("are allowed to the callers of the same virtual host only", () => {
        const declarationOf = (vhost: string, services: readonly ServiceInput[]) =>
            declare({
                vhost,
                exchanges: [direct("rpc")],
                queues: [requests("prices", { from: "rpc", key: "price" })],
                services,
            });
        const topology = compile(
            [
                declarationOf("shop", [till("rpc", "price"), office]),
                declarationOf("depot", [{ ...till("rpc", "price"), name: "van" }, office]),
            ],
            "4.3",
        );
        expect(
            topology.topicPermissions.map(({ vhost, user, exchange, write }) => [
                vhost,
                user,
                exchange,
                write,
            ]),
        ).toEqual([
            ["depot", "office", "depot.replies", "^van$"],
            ["shop", "office", "shop.replies", "^till$"],
        ]);
    });

    it("reach no other caller, for any calls between services", () => {
        const names = ["a", "b.c", "b", "a.b", "till", "till.replies"];
        const services = fc.uniqueArray(
            fc.record({
                name: fc.constantFrom(...names),
                asks: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
                answers: fc.boolean(),
            }),
            { selector: ({ name }) => name, minLength: 1 },
        );
        fc.assert(
            fc.property(services, (drawn) => {
                const answering = drawn.filter(({ answers }) => answers).map(({ name }) => name);
                const topology = compiled({
                    exchanges: [direct("rpc")],
                    queues: answering.map((name) => requests(`rpc.${name}`, { from: "rpc", key: name })),
                    services: drawn.map(({ name, asks, answers }) =>
                        service(name, {
                            calls: asks.map((asked) => call(asked, { to: "rpc", key: asked })),
                            consumes: answers ? [consume(`rpc.${name}`)] : [],
                        }),
                    ),
                });
                const callersOf = (asked: string): string[] =>
                    drawn
                        .filter(({ asks }) => asks.includes(asked))
                        .map(({ name }) => name)
                        .sort();
                const expected = answering
                    .map((name) => [name, callersOf(name)] as const)
                    .filter(([, callers]) => callers.length > 0);
                const found = mayReplyTo(topology);
                expect(Object.entries(found).map(([name, callers]) => [name, [...callers].sort()])).toEqual(
                    [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
                );
                const route = router(topology);
                for (const { name, asks } of drawn) {
                    const reached = route({ vhost: "shop", exchange: "shop.replies", routingKey: name });
                    expect(reached).toEqual(asks.length === 0 ? [] : [`${name}.replies`]);
                }
            }),
            { numRuns: 100 },
        );
    });
});
