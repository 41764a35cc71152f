import { type Arguments, binding, exchange, type QueueType, queue } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { toBindingArgs } from "../../src/translate/binding.ts";
import { toExchangeArgs } from "../../src/translate/exchange.ts";
import { toPermissionsArgs, toTopicPermissionsArgs } from "../../src/translate/permission.ts";
import { toPolicyArgs } from "../../src/translate/policy.ts";
import { toQueueArgs } from "../../src/translate/queue.ts";

// What the provider makes of these arguments is for the live tests to show.

describe("toExchangeArgs", () => {
    it("writes durability out, which the provider would take for false", () => {
        expect(toExchangeArgs(exchange("spot", "spot.rpc", "direct"))).toEqual({
            vhost: "spot",
            name: "spot.rpc",
            settings: { type: "direct", durable: true, autoDelete: false },
        });
    });

    it("gives arguments as texts, since the provider knows no others for exchanges", () => {
        const settings = { arguments: { "alternate-exchange": "spot.unrouted", "x-count": 3 } };
        expect(toExchangeArgs(exchange("v", "e", "topic", settings)).settings).toEqual({
            type: "topic",
            durable: true,
            autoDelete: false,
            arguments: { "alternate-exchange": "spot.unrouted", "x-count": "3" },
        });
    });
});

describe("toQueueArgs", () => {
    it.each<[QueueType, Arguments, string]>([
        ["quorum", {}, '{"x-queue-type":"quorum"}'],
        ["classic", {}, '{"x-queue-type":"classic"}'],
        ["stream", {}, '{"x-queue-type":"stream"}'],
        [
            "classic",
            { "x-max-priority": 10, "x-single-active-consumer": true, "x-text": "10" },
            '{"x-max-priority":10,"x-single-active-consumer":true,"x-text":"10","x-queue-type":"classic"}',
        ],
    ])(
        "writes the type of a %s queue with arguments %j and keeps each value's own type",
        (type, args, json) => {
            expect(
                toQueueArgs(queue("v", "q", type, { arguments: args, retain: true, purpose: "work" })),
            ).toEqual({
                vhost: "v",
                name: "q",
                settings: { durable: true, autoDelete: false, argumentsJson: json },
            });
        },
    );
});

describe("toBindingArgs", () => {
    const plain = { vhost: "v", source: "s", destination: "d", destinationType: "queue", routingKey: "k" };

    it("omits arguments if there are none", () => {
        const args = toBindingArgs(binding("v", "s", "d", "k"));
        expect(args).toEqual(plain);
        expect("argumentsJson" in args).toBe(false);
    });

    it("gives arguments as JSON, so that numbers stay numbers", () => {
        const settings = { arguments: { "x-match": "any", size: 3 }, destinationType: "exchange" } as const;
        expect(toBindingArgs(binding("v", "s", "d", "k", settings))).toEqual({
            ...plain,
            destinationType: "exchange",
            argumentsJson: '{"x-match":"any","size":3}',
        });
    });
});

describe("toPolicyArgs", () => {
    it("calls precedence priority, and gives every value as a text", () => {
        const policy = {
            vhost: "v",
            name: "p",
            pattern: "^q$",
            applyTo: "quorum_queues",
            precedence: 50,
            definition: { "message-ttl": 5_000, "delivery-limit": -1, overflow: "reject-publish" },
        } as const;
        expect(toPolicyArgs(policy)).toEqual({
            vhost: "v",
            name: "p",
            policy: {
                pattern: "^q$",
                applyTo: "quorum_queues",
                priority: 50,
                definition: { "message-ttl": "5000", "delivery-limit": "-1", overflow: "reject-publish" },
            },
        });
    });
});

describe("toPermissionsArgs and toTopicPermissionsArgs", () => {
    it("give one resource for a user's permissions", () => {
        const permission = { user: "u", vhost: "v", configure: "^$", write: "^e$", read: "^q$" };
        expect(toPermissionsArgs(permission)).toEqual({
            user: "u",
            vhost: "v",
            permissions: { configure: "^$", write: "^e$", read: "^q$" },
        });
    });

    it("give one resource for all of a user's topic permissions", () => {
        const record = { user: "u", vhost: "v", write: "^k$", read: "^$" };
        const records = [
            { ...record, exchange: "e" },
            { ...record, exchange: "f" },
        ];
        expect(toTopicPermissionsArgs("u", "v", records)).toEqual({
            user: "u",
            vhost: "v",
            permissions: [
                { exchange: "e", write: "^k$", read: "^$" },
                { exchange: "f", write: "^k$", read: "^$" },
            ],
        });
    });
});
