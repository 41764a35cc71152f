import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeBroker } from "../../management/tests/fakeBroker.ts";
import type { Created } from "../src/handler.ts";
import { acceptingBroker, declarations } from "./acceptingBroker.ts";
import { createWith } from "./handlerRun.ts";

// What the handlers send is pinned here; that RabbitMQ takes it the same way as from the real provider is shown
// by tests/broker/localRun.test.ts and by the engine tests.

let broker: FakeBroker;

beforeEach(async () => {
    broker = await acceptingBroker();
});

afterEach(() => {
    broker.close();
});

async function create(type: string, inputs: Readonly<Record<string, unknown>>): Promise<Created> {
    return await createWith({ type: `rabbitmq:index/${type}`, inputs, endpoint: broker.endpoint });
}

const binding = { vhost: "spot", source: "events", destination: "audit", destinationType: "queue" };
const policy = { pattern: "^audit$", applyTo: "quorum_queues", priority: 7 };

describe("requests", () => {
    it.each<[string, string, Readonly<Record<string, unknown>>, string, unknown, string]>([
        ["a vhost", "vHost:VHost", { name: "spot/a" }, "PUT /api/vhosts/spot%2Fa", {}, "spot/a"],
        [
            "a user, by default without tags",
            "user:User",
            { name: "worker", password: "p" },
            "PUT /api/users/worker",
            { password: "p", tags: "" },
            "worker",
        ],
        [
            "permissions, by default in the default vhost",
            "permissions:Permissions",
            { user: "worker", permissions: { configure: "", write: "^a$", read: ".*" } },
            "PUT /api/permissions/%2F/worker",
            { configure: "", write: "^a$", read: ".*" },
            "worker@/",
        ],
        [
            "an exchange, by default transient, its arguments strings",
            "exchange:Exchange",
            {
                name: "events",
                vhost: "spot",
                settings: { type: "topic", arguments: { "alternate-exchange": "lost" } },
            },
            "PUT /api/exchanges/spot/events",
            {
                type: "topic",
                durable: false,
                auto_delete: false,
                arguments: { "alternate-exchange": "lost" },
            },
            "events@spot",
        ],
        [
            "a queue with typed arguments",
            "queue:Queue",
            {
                name: "audit",
                vhost: "spot",
                settings: {
                    durable: true,
                    argumentsJson: '{"x-queue-type":"quorum","x-delivery-limit":5,"x-b":true}',
                },
            },
            "PUT /api/queues/spot/audit",
            {
                durable: true,
                auto_delete: false,
                arguments: { "x-queue-type": "quorum", "x-delivery-limit": 5, "x-b": true },
            },
            "audit@spot",
        ],
        [
            "a queue with string arguments, which stay strings",
            "queue:Queue",
            {
                name: "audit",
                vhost: "spot",
                settings: { autoDelete: true, arguments: { "x-message-ttl": "60000" } },
            },
            "PUT /api/queues/spot/audit",
            { durable: false, auto_delete: true, arguments: { "x-message-ttl": "60000" } },
            "audit@spot",
        ],
        [
            "a binding with the empty routing key",
            "binding:Binding",
            binding,
            "POST /api/bindings/spot/e/events/q/audit",
            { routing_key: "", arguments: {} },
            "spot/events/audit/queue/key%2Fwith%2Fslash",
        ],
        [
            "a binding between exchanges with typed arguments",
            "binding:Binding",
            {
                ...binding,
                vhost: "a/b",
                destinationType: "exchange",
                argumentsJson: '{"x-match":"all","n":1}',
            },
            "POST /api/bindings/a%2Fb/e/events/e/audit",
            { routing_key: "", arguments: { "x-match": "all", n: 1 } },
            "a%2Fb/events/audit/exchange/key%2Fwith%2Fslash",
        ],
        [
            "a policy: what Go parses as an integer becomes one, for every key",
            "policy:Policy",
            {
                name: "audit",
                vhost: "spot",
                policy: {
                    ...policy,
                    definition: {
                        "message-ttl": "60000",
                        "delivery-limit": "-1",
                        "dead-letter-routing-key": "007",
                        expires: "60000.0",
                        "max-length": "99999999999999999999",
                        overflow: "reject-publish",
                        "dead-letter-exchange": "",
                        spaced: " 5",
                    },
                },
            },
            "PUT /api/policies/spot/audit",
            {
                pattern: "^audit$",
                "apply-to": "quorum_queues",
                priority: 7,
                definition: {
                    "message-ttl": 60000,
                    "delivery-limit": -1,
                    "dead-letter-routing-key": 7,
                    expires: "60000.0",
                    "max-length": "99999999999999999999",
                    overflow: "reject-publish",
                    "dead-letter-exchange": "",
                    spaced: " 5",
                },
            },
            "audit@spot",
        ],
        [
            "an operator policy",
            "operatorPolicy:OperatorPolicy",
            { name: "cap", vhost: "spot", policy: { ...policy, definition: { "max-length": "10" } } },
            "PUT /api/operator-policies/spot/cap",
            {
                pattern: "^audit$",
                "apply-to": "quorum_queues",
                priority: 7,
                definition: { "max-length": 10 },
            },
            "cap@spot",
        ],
    ])("sends %s", async (_, type, inputs, line, body, id) => {
        const created = await create(type, inputs);
        expect(declarations(broker)).toEqual([{ line, body }]);
        expect(created.id).toBe(id);
    });

    it("sends one topic permission an exchange", async () => {
        const permissions = [
            { exchange: "events", write: "^job", read: ".*" },
            { exchange: "audit", write: "", read: "" },
        ];
        await create("topicPermissions:TopicPermissions", { user: "worker", vhost: "spot", permissions });
        expect(declarations(broker)).toEqual(
            permissions.map((body) => ({ line: "PUT /api/topic-permissions/spot/worker", body })),
        );
    });

    it("invents a name as the engine does where none is given", async () => {
        const { state } = await create("queue:Queue", { vhost: "spot", settings: {} });
        expect(state?.["name"]).toMatch(/^logical-[0-9a-f]{7}$/);
        expect(declarations(broker)[0]?.line).toBe(`PUT /api/queues/spot/${String(state?.["name"])}`);
    });

    it("identifies itself as the provider's user", async () => {
        await create("vHost:VHost", { name: "spot" });
        expect(broker.seen.at(-1)?.authorization).toBe(
            `Basic ${Buffer.from("operator:canary").toString("base64")}`,
        );
    });
});

describe("inputs that would not mean the same", () => {
    it.each<[string, Readonly<Record<string, unknown>>, string]>([
        [
            "vHost:VHost",
            { name: "spot", tracing: true, description: "x" },
            'a local run does not support inputs "tracing", "description"; leave them out or use pulumi up --stack dev',
        ],
        [
            "queue:Queue",
            { settings: { durable: true, arguments: { a: "b" }, argumentsJson: "{}" } },
            'input "settings" is wrong ("arguments" and "argumentsJson" exclude each other)',
        ],
        [
            "queue:Queue",
            { settings: { argumentsJson: "[]" } },
            'input "settings.argumentsJson" is wrong (not a JSON object)',
        ],
        [
            "queue:Queue",
            { name: "a@b", settings: {} },
            'input "name" is wrong (a name with "@" cannot be managed by the rabbitmq provider)',
        ],
        [
            "binding:Binding",
            { ...binding, destination: "a/b" },
            'input "destination" is wrong (the rabbitmq provider cannot manage bindings of a name with "/")',
        ],
        [
            "policy:Policy",
            { vhost: "spot", policy: { ...policy, definition: { expires: "9007199254740993" } } },
            'definition "expires" is 9007199254740993, which a local run cannot send exactly; use a smaller number',
        ],
    ])("%s refuses %j", async (type, inputs, sentence) => {
        await expect(create(type, inputs)).rejects.toThrow(new Error(sentence));
        expect(declarations(broker)).toEqual([]);
    });
});
