import { describe, expect, it } from "vitest";
import { adopt } from "../../src/adopt/adoption.ts";
import { documentOf } from "../../src/definitions/jsonDocument.ts";
import { parseDefinitions } from "../../src/definitions/parseDefinitions.ts";
import { writeSnapshot } from "../../src/review/snapshot.ts";
import { brokerPart, contentOf, options, topologyOf } from "./writtenProgram.ts";

type Family = readonly [
    name: string,
    definitions: Readonly<Record<string, unknown>>,
    leftOut: readonly string[],
];

const inShop = (each: object): object => ({
    vhost: "shop",
    durable: true,
    auto_delete: false,
    arguments: {},
    ...each,
});
const vhosts = [{ name: "shop" }];

/** What brokers have, each kind in its smallest form. */
const families: readonly Family[] = [
    ["nothing at all", { rabbit_version: "4.3.6", vhosts: [] }, []],
    [
        "the default virtual host with its default queue type, as 4.x exports it",
        {
            rabbit_version: "4.3.6",
            vhosts: [{ name: "/", metadata: { default_queue_type: "classic", description: "", tags: [] } }],
            users: [{ name: "guest", tags: ["administrator"], password_hash: "x", limits: {} }],
            permissions: [{ user: "guest", vhost: "/", configure: ".*", write: ".*", read: ".*" }],
        },
        [],
    ],
    [
        "an export of 3.x with a policy for mirrors",
        {
            rabbit_version: "3.8.9",
            vhosts,
            queues: [inShop({ name: "jobs", arguments: { "x-message-ttl": 60_000 } })],
            policies: [
                {
                    vhost: "shop",
                    name: "mirrors",
                    pattern: ".*",
                    "apply-to": "queues",
                    priority: 0,
                    definition: { "ha-mode": "all", "ha-sync-batch-size": 100 },
                },
            ],
        },
        [],
    ],
    [
        "the export of one virtual host",
        { rabbit_version: "4.3.6", vhost: "shop", queues: [{ name: "jobs", durable: true }] },
        [],
    ],
    ["a file without a list of virtual hosts", { queues: [inShop({ name: "jobs" })] }, []],
    ["objects in a virtual host that is not listed", { vhosts: [], queues: [inShop({ name: "jobs" })] }, []],
    [
        "several keys, headers, bindings between exchanges and a built-in exchange",
        {
            vhosts,
            exchanges: [
                inShop({ name: "events", type: "topic" }),
                inShop({ name: "all", type: "fanout" }),
                inShop({ name: "kinds", type: "headers" }),
                inShop({ name: "hash", type: "x-consistent-hash" }),
            ],
            queues: [inShop({ name: "jobs" })],
            bindings: [
                ["events", "queue", "jobs", "a.#", {}],
                ["events", "queue", "jobs", "b", {}],
                ["all", "queue", "jobs", "", {}],
                ["all", "queue", "jobs", "ignored", {}],
                ["hash", "queue", "jobs", "10", {}],
                ["amq.topic", "queue", "jobs", "", {}],
                ["events", "exchange", "all", "#", {}],
                ["kinds", "exchange", "hash", "", {}],
            ].map(([source, destination_type, destination, routing_key, args]) => ({
                ...{ vhost: "shop", source, destination_type, destination, routing_key, arguments: args },
            })),
        },
        [],
    ],
    [
        "limits, protection, user limits, parameters",
        {
            vhosts: [{ name: "shop", metadata: { protected_from_deletion: true } }],
            users: [{ name: "a", tags: [], limits: { "max-connections": 5 } }],
            parameters: [
                { vhost: "shop", component: "vhost-limits", name: "limits", value: { "max-queues": 9 } },
                { vhost: "shop", component: "shovel", name: "copy", value: { "src-uri": "amqp://" } },
            ],
            global_parameters: [{ name: "mqtt_default_vhosts", value: {} }],
        },
        [
            'vhost "shop": has limits',
            'vhost "shop": has protection from deletion',
            'user "a": has limits',
            'vhost "shop": shovel "copy": belongs to a plugin',
            'global parameter "mqtt_default_vhosts": belongs to the whole cluster',
        ],
    ],
    [
        "what the provider would declare otherwise",
        {
            vhosts,
            exchanges: [
                inShop({ name: "inner", type: "fanout", internal: true }),
                inShop({ name: "late", type: "x-delayed-message", arguments: { n: 1 } }),
            ],
            policies: [
                {
                    vhost: "shop",
                    name: "flags",
                    pattern: "^a",
                    "apply-to": "queues",
                    priority: 1,
                    definition: { "dead-letter-routing-key": "12" },
                },
            ],
        },
        [
            'vhost "shop": exchange "inner": is internal',
            'vhost "shop": exchange "late": has argument "n"',
            'vhost "shop": policy "flags": sets "dead-letter-routing-key"',
        ],
    ],
    [
        "names that do not fit into the provider's ids",
        {
            vhosts,
            exchanges: [inShop({ name: "in/out", type: "fanout" })],
            queues: [inShop({ name: "a@b" }), inShop({ name: "jobs" })],
            bindings: [
                inShop({ source: "in/out", destination_type: "queue", destination: "jobs", routing_key: "" }),
            ],
            users: [{ name: "me@example.com", tags: [] }],
            permissions: [{ user: "me@example.com", vhost: "shop", configure: "", write: "", read: "" }],
        },
        [
            'vhost "shop": queue "a@b": has "@" in a name',
            'vhost "shop": permissions of user "me@example.com": has "@" in a name',
            'vhost "shop": binding "in/out -> jobs ()": has "/" in a name',
        ],
    ],
    [
        "the binding of an exclusive queue",
        {
            vhosts,
            exchanges: [inShop({ name: "events", type: "topic" })],
            bindings: [
                inShop({
                    source: "events",
                    destination_type: "queue",
                    destination: "amq.gen-x",
                    routing_key: "a",
                }),
            ],
        },
        ['vhost "shop": binding "events -> amq.gen-x (a)": leads to a queue'],
    ],
];

describe("a broker with", () => {
    it.each(families)(
        "%s gets a program with the same snapshot, and a list of what is left out",
        (_, value, left) => {
            const definitions = documentOf(value);
            const { topology, problems } = parseDefinitions(definitions);
            expect(problems.filter(({ rule }) => rule === "unreadable")).toEqual([]);
            const adoption = adopt(topology, { ...options, definitions });
            expect(writeSnapshot(topologyOf(adoption), "dev")).toBe(
                writeSnapshot(brokerPart(topology), "dev"),
            );
            const found = adoption.leftOut.map(({ place, message }) => `${place}: ${message}`);
            expect(found.map((each, index) => each.startsWith(left[index] ?? "?"))).toEqual(
                left.map(() => true),
            );
        },
    );

    it("types that only a plugin has gets a program without these objects", () => {
        const definitions = documentOf({
            vhosts,
            exchanges: [
                inShop({ name: "jms", type: "jms-topic" }),
                inShop({ name: "events", type: "topic" }),
            ],
            queues: [inShop({ name: "mqtt", type: "rabbit_mqtt_qos0_queue" }), inShop({ name: "jobs" })],
        });
        const adoption = adopt(parseDefinitions(definitions).topology, { ...options, definitions });
        expect(topologyOf(adoption).exchanges.map(({ name }) => name)).toEqual(["events"]);
        expect(topologyOf(adoption).queues.map(({ name }) => name)).toEqual(["jobs"]);
        expect(adoption.leftOut).toEqual([
            {
                place: 'vhost "shop": exchange "jms"',
                message: 'has the type "jms-topic", which a program cannot declare',
            },
            {
                place: 'vhost "shop": queue "mqtt"',
                message: 'has the type "rabbit_mqtt_qos0_queue", which a program cannot declare',
            },
        ]);
    });

    it("names of any characters gets variables and files of its own for each", () => {
        const names = [
            "shop",
            "Shop",
            "shop.",
            "/",
            "default vhost",
            "delete",
            "1",
            "買い物",
            "topology",
            "access",
        ];
        const definitions = documentOf({ vhosts: names.map((name) => ({ name })) });
        const { topology } = parseDefinitions(definitions);
        const adoption = adopt(topology, options);
        const paths = adoption.files.map(({ path }) => path.toLowerCase());
        expect(new Set(paths).size).toBe(paths.length);
        expect(
            topologyOf(adoption)
                .vhosts.map(({ name }) => name)
                .sort(),
        ).toEqual([...names].sort());
        expect(contentOf(adoption, "topology/index.ts")).toContain("compile(");
    });
});
