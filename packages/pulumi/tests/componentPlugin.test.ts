import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { passwordOf, type Registration, record } from "../../../tests/unit/program/recorder.ts";
import { ComponentPlugin } from "../src/plugin/componentPlugin.ts";

vi.mock("../../management/src/managementReach.ts", () => ({ reachManagement: () => Promise.resolve() }));

const plugin = new ComponentPlugin("1.2.3");
const shop = {
    vhost: "shop",
    exchanges: [{ type: "topic", name: "shop.events" }],
    queues: [{ purpose: "work", name: "orders", from: "shop.events", key: "order.*" }],
    services: [{ name: "warehouse", consumes: [{ queue: "orders" }] }],
};

interface Constructed {
    readonly registrations: readonly Registration[];
    readonly state: Readonly<Record<string, unknown>>;
}

async function constructed(noun: string, inputs: pulumi.Inputs): Promise<Constructed> {
    let state: Record<string, unknown> = {};
    const registrations = await record("test", async () => {
        const { state: outputs } = await plugin.construct("shop", `messaging:index:${noun}`, inputs, {});
        const values = Object.entries(outputs).map(async ([key, each]) => {
            const output = pulumi.output(each);
            const value: unknown = await new Promise((resolve) => output.apply(resolve));
            return [key, { value, secret: await pulumi.isSecret(output) }] as const;
        });
        state = Object.fromEntries(await Promise.all(values));
    });
    return { registrations, state };
}

describe("the plugin for other languages", () => {
    it("declares a topology that is given as plain data", async () => {
        const { registrations, state } = await constructed("MessagingTopology", {
            brokerVersion: "4.3",
            vhosts: [shop],
        });
        expect(registrations.map(({ name }) => name)).toContain("shop-queue-orders");
        expect(state).toEqual({
            passwords: { value: { warehouse: passwordOf("shop-password-warehouse") }, secret: true },
        });
    });

    it("uses a broker that others run", async () => {
        const cluster = {
            kind: "external",
            endpoint: "https://rabbitmq.example.com",
            username: "admin",
            hosts: ["rabbitmq.example.com"],
            amqpPort: 5671,
            tls: true,
        };
        const { state } = await constructed("RabbitMqCluster", {
            brokerVersion: "4.3",
            cluster,
            prefix: "shop",
            password: pulumi.secret("pa55word"),
        });
        expect(state).toEqual({
            endpoint: { value: "https://rabbitmq.example.com", secret: false },
            username: { value: "admin", secret: false },
            password: { value: "pa55word", secret: true },
            address: { value: { hosts: ["rabbitmq.example.com"], port: 5671, tls: true }, secret: false },
        });
    });

    it("runs a broker in Docker", async () => {
        const { registrations, state } = await constructed("RabbitMqCluster", {
            brokerVersion: "4.3",
            cluster: {
                kind: "docker",
                nodes: 1,
                image: "rabbitmq:4.3-management",
                ports: { amqp: 5672, management: 15_672, prometheus: 15_692 },
            },
            prefix: "shop",
        });
        expect(registrations.filter(({ type }) => type.endsWith(":Container"))).toHaveLength(1);
        expect(state["endpoint"]).toEqual({ value: "http://127.0.0.1:15672", secret: false });
        expect(state["username"]).toEqual({ value: "administrator", secret: false });
        expect(state["password"]).toEqual({ value: passwordOf("shop-docker-admin-password"), secret: true });
    });

    it.each<[string, string, pulumi.Inputs, string]>([
        [
            "an unknown version",
            "MessagingTopology",
            { brokerVersion: "3.7", vhosts: [shop] },
            'brokerVersion: is "3.7"; write one of "4.0", "4.1", "4.2", "4.3"',
        ],
        [
            "a misspelt option",
            "MessagingTopology",
            { brokerVersion: "4.3", vhosts: [{ ...shop, queue: [] }] },
            'vhost "shop": unknown option "queue"; did you mean "queues"?',
        ],
        [
            "an output among plain data",
            "MessagingTopology",
            { brokerVersion: "4.3", vhosts: [{ ...shop, vhost: pulumi.output("shop") }] },
            "vhosts.0.vhost: depends on the output of a resource; write plain values, since they decide which resources there are",
        ],
        [
            "a cluster of no kind",
            "RabbitMqCluster",
            { brokerVersion: "4.3", cluster: { kind: "podman" }, prefix: "shop" },
            'the cluster cannot be used:\n- cluster.kind: expected "docker", "external" or "kubernetes"',
        ],
        [
            "a component that does not exist",
            "Queue",
            {},
            'component "messaging:index:Queue" does not exist; choose from messaging:index:MessagingTopology, messaging:index:RabbitMqCluster',
        ],
    ])("refuses %s in a sentence", async (_, noun, inputs, sentence) => {
        await expect(constructed(noun, inputs)).rejects.toThrow(sentence);
    });

    it("tells the engine the components, their inputs and which outputs are secret", async () => {
        const schema = z
            .object({
                version: z.string(),
                resources: z.record(
                    z.string(),
                    z.object({
                        inputProperties: z.record(z.string(), z.object({ secret: z.boolean().optional() })),
                        properties: z.record(z.string(), z.object({ secret: z.boolean().optional() })),
                    }),
                ),
            })
            .parse(JSON.parse(await plugin.getSchema()));
        const secrets = Object.entries(schema.resources).map(([name, { inputProperties, properties }]) => [
            name,
            Object.keys(inputProperties),
            Object.keys(properties).filter((key) => properties[key]?.secret === true),
        ]);
        expect(schema.version).toBe("1.2.3");
        expect(secrets).toEqual([
            ["messaging:index:MessagingTopology", ["brokerVersion", "vhosts"], ["passwords"]],
            [
                "messaging:index:RabbitMqCluster",
                ["brokerVersion", "cluster", "prefix", "retain", "password"],
                ["password"],
            ],
        ]);
    });
});
