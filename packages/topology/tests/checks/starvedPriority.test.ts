import { describe, expect, it } from "vitest";
import { check } from "../../src/checks/index.ts";
import {
    binding,
    duration,
    type KnownVersion,
    type PolicyDefinition,
    type Publication,
    type Queue,
    queue,
    service,
    type Topology,
} from "../../src/model/index.ts";
import { topologyOf } from "../routing/topologies.ts";

interface Case {
    readonly version?: KnownVersion;
    readonly type?: Queue["type"];
    readonly max?: number;
    readonly policy?: PolicyDefinition;
    readonly publishers: readonly (Partial<Publication> | "caller")[];
}

const urgent = { urgency: true } as const;
const plain = { urgency: false } as const;

/** One queue, and one service for each publication. */
function topologyFor({ version = "4.3", type = "quorum", max, policy, publishers }: Case): Topology {
    const exchange = "amq.direct";
    const address = { message: "job", exchange, routingKey: "job" };
    return topologyOf({
        brokerVersion: version,
        queues: [queue("v", "jobs", type, max === undefined ? {} : { arguments: { "x-max-priority": max } })],
        bindings: [binding("v", exchange, "jobs", "job")],
        policies:
            policy === undefined
                ? []
                : [
                      {
                          vhost: "v",
                          name: "jobs",
                          pattern: "^jobs$",
                          applyTo: "queues",
                          precedence: 1,
                          definition: policy,
                      },
                  ],
        services: publishers.map((each, index) =>
            service(
                "v",
                `service-${index}`,
                each === "caller"
                    ? { calls: [{ ...address, timeout: duration("1 second") }] }
                    : {
                          publishes: [
                              { ...address, persistent: true, mandatory: true, urgency: false, ...each },
                          ],
                      },
            ),
        ),
    });
}

function findings(each: Case): readonly string[] {
    return check(topologyFor(each))
        .filter(({ rule }) => rule === "starvedPriority")
        .map(({ severity, message }) => `${severity}: ${message}`);
}

/**
 * 300 deliveries to a consumer with prefetch 1, from a queue with 200 normal messages, where one urgent message arrived for each delivery. The number of
 * delivered normal messages: 0 is starvation, 200 is the order of arrival, 100 is 2:1.
 */
const measured: readonly [broker: "4.0" | "4.3", type: "quorum" | "classic", max: number, normal: number][] =
    [
        ["4.3", "quorum", 0, 0],
        ["4.3", "classic", 10, 0],
        ["4.3", "classic", 4, 200],
        ["4.3", "classic", 0, 200],
        ["4.0", "quorum", 0, 100],
        ["4.0", "classic", 10, 0],
        ["4.0", "classic", 4, 200],
        ["4.0", "classic", 0, 200],
    ];

describe("starvedPriority", () => {
    it.each(measured)(
        "agrees with RabbitMQ %s, where a %s queue with x-max-priority %i delivered %i normal messages (4) besides urgent ones (8)",
        (version, type, max, normal) => {
            const policy = { "max-length": 10 };
            const found = findings({ version, type, ...(max > 0 && { max }), policy, publishers: [urgent] });
            expect(found.length > 0).toBe(normal === 0);
        },
    );

    it.each([
        ["4.0", false],
        ["4.1", false],
        ["4.2", false],
        ["4.3", true],
    ] as const)("finds a quorum queue on RabbitMQ %s: %s", (version, isFound) => {
        expect(findings({ version, publishers: [urgent, plain] }).length > 0).toBe(isFound);
    });

    it.each<[string, Case, readonly string[]]>([
        ["a queue without publishers", { publishers: [] }, []],
        ["a priority queue whose publishers are unknown", { type: "classic", max: 10, publishers: [] }, []],
        ["a queue without urgent messages", { publishers: [plain, "caller"] }, []],
        ["a classic queue without urgent messages", { type: "classic", max: 10, publishers: [plain] }, []],
        ["a queue of one publisher", { publishers: [urgent] }, []],
        [
            "a queue of several services",
            { publishers: [urgent, plain, "caller"] },
            [
                'note: delivers priority 8 ("job" of "service-0") first, so priority 4 ("job" of "service-0", "job" of "service-1", "job" of "service-2") waits without limit',
            ],
        ],
        [
            "a classic queue, where a message without a priority has 0",
            { type: "classic", max: 10, publishers: [urgent, plain] },
            [
                'note: delivers priority 8 ("job" of "service-0") first, so priority 4 and 0 ("job" of "service-0", "job" of "service-1") waits without limit',
            ],
        ],
        [
            "a classic queue whose maximum is below both priorities",
            { type: "classic", max: 3, publishers: [urgent, plain] },
            [
                'note: delivers priority 3 ("job" of "service-0") first, so priority 0 ("job" of "service-1") waits without limit',
            ],
        ],
        [
            "a TTL",
            { policy: { "message-ttl": 60_000 }, publishers: [urgent] },
            [
                'warning: delivers priority 8 ("job" of "service-0") first, so priority 4 ("job" of "service-0") waits without limit, and expires after 1 minute (lost)',
            ],
        ],
        [
            "the expiration of a message that waits",
            { publishers: [urgent, { expiration: duration("5 seconds") }] },
            [
                'warning: delivers priority 8 ("job" of "service-0") first, so priority 4 ("job" of "service-0", "job" of "service-1") waits without limit, and expires after 5 seconds (lost)',
            ],
        ],
        [
            "a TTL of a classic queue, which does not expire messages behind its head",
            { type: "classic", max: 10, policy: { "message-ttl": 60_000 }, publishers: [urgent] },
            [],
        ],
        [
            "a TTL and dead letters",
            {
                policy: { "message-ttl": 60_000, "dead-letter-exchange": "amq.fanout" },
                publishers: [urgent],
            },
            [],
        ],
        [
            "a TTL and dead letters of other publishers' messages",
            {
                policy: { "message-ttl": 60_000, "dead-letter-exchange": "amq.fanout" },
                publishers: [urgent, plain],
            },
            [
                'note: delivers priority 8 ("job" of "service-0") first, so priority 4 ("job" of "service-0", "job" of "service-1") waits without limit, and expires after 1 minute (dead-lettered)',
            ],
        ],
        [
            "a TTL of a classic queue with other publishers",
            { type: "classic", max: 10, policy: { "message-ttl": 60_000 }, publishers: [urgent, plain] },
            [
                'note: delivers priority 8 ("job" of "service-0") first, so priority 4 and 0 ("job" of "service-0", "job" of "service-1") waits without limit',
            ],
        ],
        [
            "a bound that drops",
            { policy: { "max-length": 10 }, publishers: [urgent] },
            [
                'warning: delivers priority 8 ("job" of "service-0") first, so priority 4 ("job" of "service-0") waits without limit, and overflow drops priority 8 first',
            ],
        ],
        [
            "a bound that rejects",
            { policy: { "max-length": 10, overflow: "reject-publish" }, publishers: [urgent] },
            [],
        ],
    ])("reports for %s", (_, each, expected) => {
        expect(findings(each)).toEqual(expected);
    });
});

describe("ignoredPriority", () => {
    it.each([
        [undefined, 'a classic queue without "x-max-priority" has no priorities'],
        [1, '"x-max-priority" 1 gives priority 1 to both normal messages (4) and urgent messages (8)'],
        [4, '"x-max-priority" 4 gives priority 4 to both normal messages (4) and urgent messages (8)'],
        [5, undefined],
        [10, undefined],
    ])("of a classic queue with x-max-priority %s finds: %s", (max, cause) => {
        const publishers = [urgent];
        const topology = topologyFor({ type: "classic", ...(max !== undefined && { max }), publishers });
        expect(
            check(topology)
                .filter(({ rule }) => rule === "ignoredPriority")
                .map(({ message }) => message),
        ).toEqual(
            cause === undefined
                ? []
                : [`receives message "job" of "service-0", which can be urgent, but ${cause}`],
        );
    });

    it("is not caused by the fix of tooManyPriorities", () => {
        const rulesOf = (max: number) =>
            check(topologyFor({ type: "classic", max, publishers: [urgent] })).filter(({ rule }) =>
                ["tooManyPriorities", "ignoredPriority"].includes(rule),
            );
        expect(rulesOf(100).map(({ fix }) => fix)).toEqual(['set "x-max-priority" to 5']);
        expect(rulesOf(5)).toEqual([]);
    });
});
