import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { found } from "../../../../tests/unit/found.ts";
import { compile } from "../../src/compile/index.ts";
import { type Permission, type Service, service, type Topology } from "../../src/model/index.ts";
import { critical, declarationOf } from "./declarations.ts";
import { someSpot } from "./spot.ts";

/** Everything that a permission could be tried on: exchanges, queues, and what every broker brings along. */
function candidatesOf({ exchanges, queues }: Topology): readonly string[] {
    const own = [...exchanges, ...queues].map(({ name }) => name);
    return [...own, "amq.default", "amq.topic", "amq.direct", "amq.fanout", "amq.gen-x", "other"].sort();
}

function matching(pattern: string, candidates: readonly string[]): readonly string[] {
    return candidates.filter((each) => new RegExp(pattern).test(each));
}

function sorted(names: readonly string[]): readonly string[] {
    return [...new Set(names)].sort();
}

/** Whether the service retries or dead-letters messages of a work queue. */
function worksOn({ queues }: Topology, { consumes }: Service): boolean {
    return consumes.some(({ queue }) => queues.find(({ name }) => name === queue)?.purpose === "work");
}

function permissionOf({ permissions }: Topology, user: string): Permission {
    return found(
        permissions.find((each) => each.user === user),
        `a permission of "${user}"`,
    );
}

describe("the permissions of any spot topology", () => {
    it("are one for each service, in the only virtual host", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                const { permissions, services, users } = topology;
                expect(permissions.map(({ user }) => user)).toEqual(services.map(({ name }) => name));
                expect(users.map(({ name }) => name)).toEqual(services.map(({ name }) => name));
                expect(new Set(permissions.map(({ vhost }) => vhost))).toEqual(new Set(["spot"]));
            }),
            { numRuns: 20 },
        );
    });

    it("give no user configure permission", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                for (const { configure } of topology.permissions) {
                    expect(matching(configure, candidatesOf(topology))).toEqual([]);
                }
            }),
            { numRuns: 20 },
        );
    });

    it("let a service write to what it publishes to, calls and sends round again, and nowhere else", () => {
        fc.assert(
            fc.property(someSpot, ({ topology, version }) => {
                for (const each of topology.services) {
                    const expected = [
                        ...[...each.publishes, ...each.calls].map(({ exchange }) => exchange),
                        ...(worksOn(topology, each) ? ["spot.dead-letter"] : []),
                        ...((worksOn(topology, each) && version !== "4.3") || each.redrives
                            ? ["spot.retry"]
                            : []),
                    ];
                    const { write } = permissionOf(topology, each.name);
                    expect(matching(write, candidatesOf(topology))).toEqual(sorted(expected));
                }
            }),
            { numRuns: 40 },
        );
    });

    it("let a service read what it consumes and inspects, and nothing else", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                for (const each of topology.services) {
                    const expected = [...each.consumes.map(({ queue }) => queue), ...each.inspects];
                    const { read } = permissionOf(topology, each.name);
                    expect(matching(read, candidatesOf(topology))).toEqual(sorted(expected));
                }
            }),
            { numRuns: 40 },
        );
    });

    it("let no service write to queues by name", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                const direct = topology.permissions.filter(({ write }) =>
                    new RegExp(write).test("amq.default"),
                );
                expect(direct).toEqual([]);
            }),
            { numRuns: 20 },
        );
    });
});

describe("the topic permissions of any spot topology", () => {
    it("exist for exactly the topic exchanges that a service may write to", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                const topics = topology.exchanges.filter(({ type }) => type === "topic");
                for (const { user, write } of topology.permissions) {
                    const records = topology.topicPermissions.filter((each) => each.user === user);
                    expect(records.map(({ exchange }) => exchange)).toEqual(
                        matching(
                            write,
                            topics.map(({ name }) => name),
                        ),
                    );
                }
            }),
            { numRuns: 40 },
        );
    });

    it("allow the declared keys of the service and no other key of the topology", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                const { services, bindings, retries, topicPermissions } = topology;
                const sent = services.flatMap((each) => [...each.publishes, ...each.calls]);
                const keys = sorted([
                    ...[...sent, ...bindings].map(({ routingKey }) => routingKey),
                    ...retries.map(({ queue }) => queue),
                    "analyze",
                    "analyze.request.more",
                    "more.analyze.request",
                    "analyzeXrequest",
                    "#",
                    "*",
                ]).filter((key) => key !== "");
                for (const { user, exchange, write, read } of topicPermissions) {
                    const { publishes, calls, consumes, inspects, redrives } = found(
                        services.find(({ name }) => name === user),
                        user,
                    );
                    const delays = consumes.flatMap(({ queue }) => {
                        const route = retries.find((each) => each.queue === queue)?.route;
                        return route?.mode === "exchange" && route.exchange === exchange
                            ? route.routingKeys
                            : [];
                    });
                    const declared = [...publishes, ...calls]
                        .filter((each) => each.exchange === exchange)
                        .map(({ routingKey }) => routingKey);
                    const worked = new Set(retries.map(({ queue }) => queue));
                    const buried =
                        exchange === "spot.dead-letter"
                            ? consumes.map(({ queue }) => queue).filter((queue) => worked.has(queue))
                            : [];
                    const redriven =
                        redrives && exchange === "spot.retry"
                            ? [...worked].filter((queue) => inspects.includes(`${queue}.dlq`))
                            : [];
                    expect(matching(write, keys)).toEqual(
                        sorted([...declared, ...delays, ...buried, ...redriven]),
                    );
                    expect(matching(read, keys)).toEqual([]);
                }
            }),
            { numRuns: 40 },
        );
    });
});

describe("permissions of one service", () => {
    const compiledFor = (each: Service, version: "4.0" | "4.3"): unknown => {
        const topology = compile(declarationOf([critical], { services: [each] }), version);
        return [
            topology.permissions.map(({ write, read }) => [write, read]),
            topology.topicPermissions.map(({ exchange, write, read }) => [exchange, write, read]),
        ];
    };
    const job = { message: "job", queue: "q", prefetch: 1, jobLimit: critical.jobLimit };
    const message = { message: "m", exchange: "in", persistent: true, mandatory: true, urgency: false };

    it.each([
        ["does nothing", {}, "4.3", [[["^$", "^$"]], []]],
        ["consumes, 4.3", { consumes: [job] }, "4.3", [[["^dead$", "^q$"]], []]],
        [
            "consumes, 4.0",
            { consumes: [job] },
            "4.0",
            [[["^(again|dead)$", "^q$"]], [["again", "^(q\\.1|q\\.2|q\\.3)$", "^$"]]],
        ],
        [
            "publishes two keys",
            {
                publishes: [
                    { ...message, routingKey: "b.c" },
                    { ...message, routingKey: "a" },
                ],
            },
            "4.3",
            [[["^in$", "^$"]], [["in", "^(a|b\\.c)$", "^$"]]],
        ],
        [
            "calls through a direct exchange",
            { calls: [{ message: "m", exchange: "dead", routingKey: "k", timeout: critical.jobLimit }] },
            "4.3",
            [[["^dead$", "^s\\.replies$"]], []],
        ],
        ["replies to no caller", { replies: true }, "4.3", [[["^$", "^$"]], []]],
        [
            "redrives what it inspects",
            { redrives: true, inspects: ["q.dlq"] },
            "4.3",
            [[["^again$", "^q\\.dlq$"]], [["again", "^q$", "^$"]]],
        ],
    ] as const)("%s", (_, settings, version, expected) => {
        expect(compiledFor(service("v", "s", settings), version)).toEqual(expected);
    });
});
