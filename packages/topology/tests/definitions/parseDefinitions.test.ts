import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { toDefinitions } from "../../src/definitions/definitions.ts";
import type { InputProblem } from "../../src/definitions/inputProblem.ts";
import { documentOf } from "../../src/definitions/jsonDocument.ts";
import { parseDefinitions } from "../../src/definitions/parseDefinitions.ts";
import { parseTopology } from "../../src/definitions/parseTopology.ts";
import { brokerVersions, exchange, queue, type Topology } from "../../src/model/index.ts";

const version = { rabbit_version: "4.3.2" };
const vhosts = [{ name: "v" }];

function sentences(problems: readonly InputProblem[]): readonly string[] {
    return problems.map(
        ({ rule, severity, place, message, fix }) => `${severity} ${rule}: ${place}: ${message}; ${fix}`,
    );
}

function parsed(definitions: object): { readonly topology: Topology; readonly problems: readonly string[] } {
    const { topology, problems } = parseDefinitions(documentOf({ ...version, ...definitions }));
    return { topology, problems: sentences(problems) };
}

const q = {
    vhost: "v",
    name: "q",
    durable: true,
    auto_delete: false,
    arguments: { "x-queue-type": "quorum" },
};

describe("a valid export", () => {
    it.each(brokerVersions)("of the dev stack on %s is read back unchanged", (brokerVersion) => {
        const topology = sampleTopology(brokerVersion);
        const exported = toDefinitions(topology);
        const back = parsed({ ...exported, rabbit_version: `${brokerVersion}.9` });
        expect(back.problems).toEqual([]);
        expect(toDefinitions(back.topology)).toEqual(exported);
        expect(back.topology.brokerVersion).toBe(brokerVersion);
    });

    it("of one virtual host keeps its name", () => {
        const { topology, problems } = parsed({
            original_vhost_name: "v",
            rabbitmq_definition_format: "single_virtual_host",
            metadata: { default_queue_type: "quorum" },
            limits: [],
            queues: [{ name: "q", durable: true, auto_delete: false, arguments: {} }],
            exchanges: [
                {
                    name: "e",
                    type: "topic",
                    durable: true,
                    auto_delete: false,
                    internal: true,
                    arguments: [],
                },
            ],
        });
        expect(problems).toEqual([
            'note assumedValue: queues[0] "q": has no queue type; checked as quorum, the default of its virtual host; add "x-queue-type" to "arguments"',
        ]);
        expect(topology.vhosts).toEqual([{ name: "v", defaultQueueType: "quorum" }]);
        expect(topology.queues).toEqual([queue("v", "q", "quorum")]);
        expect(topology.exchanges).toEqual([exchange("v", "e", "topic", { internal: true })]);
    });

    it("of one virtual host of an old broker has the default name, with a note", () => {
        const { topology, problems } = parsed({
            rabbit_version: "3.8.9",
            queues: [{ name: "q", type: "classic" }],
        });
        expect(topology.brokerVersion).toBe("3.8");
        expect(topology.queues).toEqual([queue("/", "q", "classic")]);
        expect(problems).toEqual([
            'note assumedValue: definitions: do not name their virtual host; checked as "/"; add "original_vhost_name", or export the whole broker',
        ]);
    });

    it("has operator policies among its parameters, or in a list of their own", () => {
        const value = { pattern: "^q", definition: { expires: 9 }, priority: 3, "apply-to": "queues" };
        const { topology, problems } = parsed({
            vhosts,
            parameters: [
                { vhost: "v", component: "operator_policy", name: "b", value },
                { vhost: "v", component: "policy", name: "c", value },
                { vhost: "v", component: "vhost-limits", name: "limits", value: { "max-queues": 3 } },
            ],
            operator_policies: [{ vhost: "v", name: "a", ...value }],
        });
        const policy = {
            vhost: "v",
            pattern: "^q",
            applyTo: "queues",
            precedence: 3,
            definition: { expires: 9 },
        };
        expect(problems).toEqual([]);
        expect(topology.operatorPolicies).toEqual([
            { ...policy, name: "a" },
            { ...policy, name: "b" },
        ]);
        expect(topology.policies).toEqual([{ ...policy, name: "c" }]);
    });

    it("has limits and protection where RabbitMQ 4.3.6 writes them and an import reads them", () => {
        const { topology, problems } = parsed({
            vhosts: [
                {
                    name: "v",
                    limits: { "max-connections": 5, "max-queues": 3 },
                    metadata: {
                        description: "",
                        tags: [],
                        default_queue_type: "classic",
                        protected_from_deletion: true,
                    },
                },
                // An import passes over what stands here.
                { name: "w", limits: { "max-queues": 3 }, protected_from_deletion: true, metadata: {} },
                { name: "x", limits: { "max-queues": -1 }, metadata: {} },
            ],
            users: [
                { name: "u", tags: [], limits: { "max-channels": 50, "max-connections": 5 } },
                { name: "w", tags: [], limits: {} },
            ],
            parameters: [
                {
                    component: "vhost-limits",
                    name: "limits",
                    value: { "max-connections": 5, "max-queues": 3 },
                    vhost: "v",
                },
                // The broker takes a negative limit for none.
                { component: "vhost-limits", name: "limits", value: { "max-queues": -1 }, vhost: "x" },
            ],
        });
        expect(problems).toEqual([]);
        expect(topology.vhosts).toEqual([
            {
                name: "v",
                defaultQueueType: "classic",
                limits: { maxConnections: 5, maxQueues: 3 },
                protectedFromDeletion: true,
            },
            { name: "w" },
            { name: "x" },
        ]);
        expect(topology.users).toEqual([
            { name: "u", tags: [], limits: { maxChannels: 50, maxConnections: 5 } },
            { name: "w", tags: [] },
        ]);
    });

    it("of one virtual host has that one's limits and protection", () => {
        const { topology, problems } = parsed({
            original_vhost_name: "v",
            rabbitmq_definition_format: "single_virtual_host",
            metadata: { protected_from_deletion: true, default_queue_type: "classic" },
            limits: { "max-queues": 3 },
            parameters: [{ component: "vhost-limits", name: "limits", value: { "max-queues": 3 } }],
        });
        expect(problems).toEqual([]);
        expect(topology.vhosts).toEqual([
            {
                name: "v",
                defaultQueueType: "classic",
                limits: { maxQueues: 3 },
                protectedFromDeletion: true,
            },
        ]);
    });

    it("has tags as a list or as a text, and implicit default bindings, which are ignored", () => {
        const { topology, problems } = parsed({
            vhosts,
            users: [
                { name: "a", tags: "monitoring,administrator", password_hash: "x" },
                { name: "b", tags: [] },
                { name: "c", tags: "" },
            ],
            queues: [q],
            bindings: [
                { vhost: "v", source: "", destination: "q", destination_type: "queue", routing_key: "q" },
                { vhost: "v", source: "e", destination: "q", destination_type: "queue", properties_key: "~" },
            ],
        });
        expect(problems).toEqual([]);
        expect(topology.users).toEqual([
            { name: "a", tags: ["administrator", "monitoring"] },
            { name: "b", tags: [] },
            { name: "c", tags: [] },
        ]);
        expect(topology.bindings).toEqual([
            {
                vhost: "v",
                source: "e",
                destination: "q",
                destinationType: "queue",
                routingKey: "",
                arguments: {},
            },
        ]);
    });

    it("is checked as the version that exported it, from 3.8 on, and that of an unknown one as the nearest", () => {
        const versions = [
            "3.6.16",
            "3.8.35",
            "3.13.7",
            "4.4.0",
            "5.0.1",
            "dev",
            4,
            undefined,
            "v4.1.2",
            "4.3.0",
        ];
        expect(
            versions.map((each) => parsed({ rabbit_version: each, vhosts }).topology.brokerVersion),
        ).toEqual(["3.8", "3.8", "3.13", "4.3", "4.3", "4.3", "4.3", "4.3", "4.1", "4.3"]);
        expect(parsed({ rabbit_version: "3.6.16", vhosts }).problems).toEqual([
            "note assumedValue: definitions: come from RabbitMQ 3.6, which is older than the known versions; checked as 3.8; set another version with --target",
        ]);
        expect(parsed({ rabbit_version: "4.3.0", vhosts }).problems).toEqual([
            "note assumedValue: definitions: come from RabbitMQ 4.3.0, which lacks the policy keys of delayed retry; checked as 4.3; set another version with --target",
        ]);
    });

    it("does not depend on the order of its lists", () => {
        const whole = toDefinitions(sampleTopology("4.3"));
        const reversed = Object.fromEntries(
            Object.entries(whole).map(([key, list]) => [key, [...(list as readonly unknown[])].reverse()]),
        );
        expect(parsed(reversed).topology).toEqual(parsed(whole).topology);
    });
});

describe("an export with problems", () => {
    it("reports all problems together, without the invalid objects", () => {
        const { topology, problems } = parsed({
            vhosts,
            queues: [q, { ...q, name: 5 }, 7, { ...q, name: "r", durable: "yes", vhost: undefined }],
            exchanges: [{ vhost: "v", name: "e" }],
            bindings: [{ vhost: "v", source: "e", destination: "q", destination_type: "heap" }],
            policies: [
                { vhost: "v", name: "p", pattern: "", definition: [1], priority: 1.5, "apply-to": "all" },
            ],
            users: [{ name: "u", tags: 3 }],
            parameters: [{ vhost: "v", component: "operator_policy", name: "o", value: "x" }],
            permissions: {},
        });
        expect(problems.toSorted()).toEqual(
            [
                'error unreadable: definitions: "permissions" is {}; expected a list; use the output of GET /api/definitions or rabbitmqctl export_definitions',
                'error unreadable: queues[1]: "name" is 5; expected a text',
                "error unreadable: queues[2]: is 7; expected an object",
                'error unreadable: queues[3] "r": "vhost" is missing; expected a text',
                'error unreadable: queues[3] "r": "durable" is "yes"; expected true or false',
                'error unreadable: exchanges[0] "e": "type" is missing; expected a text',
                'error unreadable: bindings[0]: "destination_type" is "heap"; expected "queue" or "exchange"',
                'error unreadable: policies[0] "p": "definition" is [1]; expected a table of arguments',
                'error unreadable: policies[0] "p": "priority" is 1.5; expected a whole number',
                'error unreadable: users[0] "u": "tags" is 3; expected a list of tags, or one text with commas',
                'error unreadable: parameters[0] "o": "value" is "x"; expected a policy: a table with pattern and definition',
            ].toSorted(),
        );
        expect(topology.queues.map(({ name }) => name)).toEqual(["q"]);
        expect([topology.exchanges, topology.bindings, topology.policies, topology.users]).toEqual([
            [],
            [],
            [],
            [],
        ]);
    });

    it.each([
        ["a list", "[]"],
        ["a number", "5"],
        ["an error of the API", '{"error": "not_authorised"}'],
        ["an empty object", "{}"],
        ["null", "null"],
    ])("is not taken for an empty one: %s", (_, text) => {
        expect(parseTopology(text).problems.filter(({ rule }) => rule === "unreadable")).toHaveLength(1);
    });

    it("reports content that would be lost silently", () => {
        const { problems } = parsed({
            vhosts,
            bogus: [],
            queues: [
                q,
                q,
                { ...q, durable: false },
                { ...q, name: "c", type: "classic" },
                { ...q, name: "d", exclusive: true },
            ],
            exchanges: [{ vhost: "v", name: "e", type: "rtopic" }],
            parameters: [{ vhost: "v", component: "own", name: "s", value: {} }],
            users: [{ name: "u", tags: ["auditor"] }],
        });
        expect(problems.toSorted()).toEqual(
            [
                'note uncheckedContent: definitions: "bogus" is not a list that a broker exports; correct or remove it; the checks ignore it',
                'warning repeatedObject: queues[1] "q": is a duplicate of queues[0] "q"; keep one of them',
                'error repeatedObject: queues[2] "q": is a duplicate of queues[0] "q" with other settings; keep one of them; an import keeps the first or the last, by chance, because it imports the list concurrently',
                'error contradictoryType: queues[3] "c": "type" is "classic", but "arguments.x-queue-type" is "quorum"; keep one of them',
                'note uncheckedContent: queues[4] "d": has the field "exclusive", which no broker accepts; correct or remove it; the checks ignore it',
                'warning unknownType: exchanges[0] "e": "type" is "rtopic", which is not a built-in type, so it must come from a plugin; correct the type, or review the exchange\'s routing manually',
                'note uncheckedContent: parameters[0] "s": is a parameter of the component "own", which no rule checks; review it manually',
                'note uncheckedContent: users[0] "u": tags "auditor" have no meaning for the broker; remove them, unless another program reads them',
            ].toSorted(),
        );
    });

    it("reports a problem of many objects once", () => {
        const { problems } = parsed({
            vhosts,
            queues: ["a", "b", "c"].map((name) => ({ vhost: "v", name, durable: true, node: "n" })),
        });
        expect(problems).toEqual([
            'note uncheckedContent: queues[0] "a": has the field "node", which no broker accepts (the first of 3 objects); correct or remove it; the checks ignore it',
            'note assumedValue: queues[0] "a": has no queue type; checked as classic, the default of RabbitMQ (the first of 3 objects); add "x-queue-type" to "arguments"',
        ]);
    });

    it("reports where the text differs from the parsed value", () => {
        const text = `{"rabbit_version": "4.3.1", "vhosts": [{"name": "v"}], "queues": [],
            "queues": [{"name": "q", "vhost": "v", "type": "quorum", "arguments": {"x-expires": 6e4, "x-expires": 60000.0}}]}`;
        const { problems, document } = parseTopology(text);
        expect(sentences(problems)).toEqual([
            'warning repeatedKey: definitions: "queues" occurs more than once here; the last one is used; keep one of them',
            'warning repeatedKey: queues[0] "q": "x-expires" occurs more than once here; the last one is used; keep one of them',
            'error floatValue: queues[0] "q": "arguments.x-expires" is a floating-point number, which the broker refuses; write the number without decimal point and exponent',
            'error floatValue: queues[0] "q": "arguments.x-expires" is a floating-point number, which the broker refuses; write the number without decimal point and exponent',
        ]);
        expect(document.positionOf(problems.at(-1)?.path ?? [])?.line).toBe(2);
    });

    it("reports limits that are not integers, and ignores other parameters", () => {
        const { problems } = parseTopology(
            `{"vhosts": [{"name": "v"}],
              "users": [{"name": "u", "tags": [], "limits": {"max-channels": 2e1}}],
              "parameters": [
                {"component": "vhost-limits", "name": "limits", "vhost": "v", "value": {"max-queues": 10.0}},
                {"component": "shovel", "name": "s", "vhost": "v", "value": {"src-prefetch-count": 10.0}}
              ]}`,
        );
        expect(sentences(problems.filter(({ rule }) => rule === "floatValue"))).toEqual([
            'error floatValue: users[0] "u": "limits.max-channels" is a floating-point number, which the broker refuses; write the number without decimal point and exponent',
            'error floatValue: parameters[0] "limits": "value.max-queues" is a floating-point number, which the broker refuses; write the number without decimal point and exponent',
        ]);
    });

    it("reports unknown limits, and limits of an unknown virtual host", () => {
        const limits = (value: unknown, vhost = "v") => ({
            component: "vhost-limits",
            name: "limits",
            vhost,
            value,
        });
        expect(parsed({ vhosts, parameters: [limits({ "max-queues": "many" })] }).problems).toEqual([
            'error unreadable: parameters[0] "limits": "max-queues" is "many"; expected a whole number',
        ]);
        expect(parsed({ vhosts, parameters: [limits({ "max-queues": 2 ** 63 })] }).problems).toEqual([
            'error unreadable: parameters[0] "limits": "max-queues" is more than 9007199254740991; expected a whole number',
        ]);
        expect(parsed({ vhosts, parameters: [limits({ "max-channels": 1 })] }).problems).toEqual([
            'error unreadable: parameters[0] "limits": "max-channels" is 1; expected only "max-connections" and "max-queues"',
        ]);
        expect(parsed({ vhosts, parameters: [limits({ "max-queues": 1 }, "w")] }).problems).toEqual([
            'note uncheckedContent: parameters[0] "limits": limits the virtual host "w", which is not in "vhosts"; correct the name; the checks ignore these limits',
        ]);
        expect(
            parsed({ vhosts, users: [{ name: "u", tags: [], limits: { "max-channels": 1.5 } }] }).problems,
        ).toEqual(['error unreadable: users[0] "u": "max-channels" is 1.5; expected a whole number']);
    });

    it("never crashes the reader, for any value of a field", () => {
        const whole: Record<string, unknown> = { ...version, ...toDefinitions(sampleTopology("4.3")) };
        const lists = Object.keys(whole).filter((key) => Array.isArray(whole[key]));
        fc.assert(
            fc.property(
                fc.constantFrom(...lists),
                fc.nat(),
                fc.nat(),
                fc.jsonValue(),
                (list, at, field, value) => {
                    const items = [...(whole[list] as readonly Record<string, unknown>[])];
                    const index = at % items.length;
                    const item = items[index] ?? {};
                    const keys = Object.keys(item);
                    items[index] = { ...item, [keys[field % keys.length] ?? "name"]: value };
                    const { topology } = parseDefinitions(documentOf({ ...whole, [list]: items }));
                    expect(Array.isArray(topology.queues)).toBe(true);
                },
            ),
            { numRuns: 500 },
        );
    });
});

describe("what every virtual host has, or gives", () => {
    it("is read without the default exchange, and with the default queue type where the broker applies it", () => {
        const queue = { vhost: "v", durable: true, auto_delete: false, arguments: {} };
        const { topology, problems } = parseDefinitions(
            documentOf({
                rabbit_version: "4.3.6",
                vhosts: [{ name: "v", metadata: { default_queue_type: "quorum" } }],
                exchanges: [
                    {
                        name: "",
                        vhost: "v",
                        type: "direct",
                        durable: true,
                        auto_delete: false,
                        arguments: {},
                    },
                ],
                queues: [
                    { ...queue, name: "kept" },
                    { ...queue, name: "deleted", auto_delete: true },
                    { ...queue, name: "transient", durable: false },
                ],
            }),
        );
        expect(topology.exchanges).toEqual([]);
        expect(topology.queues.map(({ name, type }) => `${name}: ${type}`)).toEqual([
            "deleted: classic",
            "kept: quorum",
            "transient: classic",
        ]);
        expect(problems.map(({ rule }) => rule)).toEqual(["assumedValue", "assumedValue"]);
    });
});

describe("an export of 50 MB", () => {
    it("is read within seconds", { timeout: 60_000 }, () => {
        const items = Array.from({ length: 300_000 }, (_, index) =>
            JSON.stringify({
                ...q,
                name: `orders.queue.${index}`,
                arguments: {
                    "x-queue-type": "quorum",
                    "x-message-ttl": 60_000,
                    "x-dead-letter-exchange": "dead-letter",
                },
            }),
        );
        const text = `{"rabbit_version": "4.3.1", "vhosts": [{"name": "v"}], "queues": [${items.join(",\n")}]}`;
        expect(text.length).toBeGreaterThan(50_000_000);
        const begun = performance.now();
        const { topology, problems, document } = parseTopology(text);
        // Measured: 2 s. The limit leaves room for a busy machine; the square of anything would need minutes.
        expect(performance.now() - begun).toBeLessThan(20_000);
        expect([topology.queues.length, problems]).toEqual([300_000, []]);
        expect(document.positionOf(["queues", 299_999])?.line).toBe(300_000);
    });
});
