import { describe, expect, it } from "vitest";
import { parseTopology } from "../../src/definitions/parseTopology.ts";
import type { Topology } from "../../src/model/index.ts";

const vhost = "v";
const policy = { vhost, name: "p", pattern: ".*", "apply-to": "queues", priority: 1 };
const queue = { vhost, name: "q", durable: true, auto_delete: false };
const exchange = { vhost, name: "e", durable: true, auto_delete: false, internal: false, arguments: {} };
const limits = { vhost, component: "vhost-limits", name: "limits" };
const operatorPolicy = { vhost, component: "operator_policy", name: "o" };
const operatorValue = { pattern: ".*", "apply-to": "queues", priority: 1 };
const permission = { vhost, user: "u", configure: "", write: "", read: "a" };
const topicPermission = { vhost, user: "u", exchange: "amq.topic", write: "", read: "a" };
const byChance = "an import keeps the first or the last, by chance, because it imports the list concurrently";
const refusedUser =
    "an import refuses a new user that occurs twice, or keeps the first or the last, by chance, because it imports the list concurrently";
const keepsLast = "an import keeps the last";

/**
 * Two objects of each list, and what imports of them left on RabbitMQ 4.3.6 and 4.0.5: of 46 imports on 4.3.6 into an empty virtual host, exchanges of
 * two types were the first in 45; permissions the last in 44; policies, operator policies and global parameters the last in all.
 */
const families: readonly [
    list: string,
    first: object,
    second: object,
    which: string,
    checked: (topology: Topology) => unknown,
    expected: unknown,
][] = [
    [
        "vhosts",
        { name: "w", default_queue_type: "quorum" },
        { name: "w", default_queue_type: "classic" },
        byChance,
        ({ vhosts }) => vhosts.find(({ name }) => name === "w")?.defaultQueueType,
        "quorum",
    ],
    [
        "users",
        { name: "u", tags: ["monitoring"], password_hash: "" },
        { name: "u", tags: [], password_hash: "" },
        refusedUser,
        ({ users }) => users.map(({ tags }) => tags),
        [["monitoring"]],
    ],
    [
        "permissions",
        permission,
        { ...permission, read: "b" },
        byChance,
        ({ permissions }) => permissions.map(({ read }) => read),
        ["a"],
    ],
    [
        "topic_permissions",
        topicPermission,
        { ...topicPermission, read: "b" },
        byChance,
        ({ topicPermissions }) => topicPermissions.map(({ read }) => read),
        ["a"],
    ],
    [
        "exchanges",
        { ...exchange, type: "direct" },
        { ...exchange, type: "topic" },
        byChance,
        ({ exchanges }) => exchanges.map(({ type }) => type),
        ["direct"],
    ],
    [
        "queues",
        { ...queue, arguments: { "x-queue-type": "classic" } },
        { ...queue, arguments: { "x-queue-type": "quorum" } },
        byChance,
        ({ queues }) => queues.map(({ type }) => type),
        ["classic"],
    ],
    [
        "policies",
        { ...policy, definition: { "max-length": 1 } },
        { ...policy, definition: { "max-length": 2 } },
        keepsLast,
        ({ policies }) => policies.map(({ definition }) => definition),
        [{ "max-length": 2 }],
    ],
    [
        "parameters",
        { ...operatorPolicy, value: { ...operatorValue, definition: { "max-length": 1 } } },
        { ...operatorPolicy, value: { ...operatorValue, definition: { "max-length": 2 } } },
        keepsLast,
        ({ operatorPolicies }) => operatorPolicies.map(({ definition }) => definition),
        [{ "max-length": 2 }],
    ],
    [
        "parameters",
        { ...limits, value: { "max-queues": 100 } },
        { ...limits, value: { "max-queues": 200 } },
        keepsLast,
        ({ vhosts }) => vhosts.map((each) => each.limits),
        [{ maxQueues: 200 }],
    ],
];

describe("an object that occurs twice with other settings", () => {
    it.each(families)("in %s: %j and %j: %s", (list, first, second, which, checked, expected) => {
        const file = { rabbit_version: "4.3.6", vhosts: [{ name: vhost }] };
        const objects = list === "vhosts" ? [...file.vhosts, first, second] : [first, second];
        const { topology, problems } = parseTopology(JSON.stringify({ ...file, [list]: objects }));
        expect(
            problems
                .filter(({ rule }) => rule === "repeatedObject")
                .map(({ severity, fix }) => `${severity} ${fix}`),
        ).toEqual([`error keep one of them; ${which}`]);
        expect(checked(topology)).toEqual(expected);
    });
});
