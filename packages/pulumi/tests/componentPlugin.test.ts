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

const external = {
    kind: "external",
    endpoint: "https://rabbitmq.example.com",
    username: "admin",
    hosts: ["rabbitmq.example.com"],
    amqpPort: 5671,
    tls: true,
};
const docker = {
    kind: "docker",
    nodes: 1,
    image: "rabbitmq:4.3-management",
    ports: { amqp: 5672, management: 15_672, prometheus: 15_692 },
};
const oneVersion = 'write one of "4.0", "4.1", "4.2", "4.3"';
const listOfVhosts = "write a list of virtual hosts, each as plain data";
const plainVhost = 'write a virtual host as plain data: "vhost", "exchanges", "queues" and so on';
const oneKind = 'write its options by name; "kind" is "docker", "external" or "kubernetes"';
const dependsOnOutput =
    "depends on the output of a resource; write plain values, since they decide which resources there are";

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
        const { state } = await constructed("RabbitMqCluster", {
            brokerVersion: "4.3",
            cluster: external,
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
            cluster: docker,
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
            "outputs everywhere, with every place",
            "MessagingTopology",
            { brokerVersion: pulumi.output("4.3"), vhosts: [{ ...shop, vhost: pulumi.secret("shop") }] },
            `brokerVersion: ${dependsOnOutput}\nvhosts.0.vhost: ${dependsOnOutput}`,
        ],
        [
            "nothing",
            "MessagingTopology",
            {},
            `brokerVersion: is missing; ${oneVersion}\nvhosts: is missing; ${listOfVhosts}`,
        ],
        [
            "one virtual host instead of a list",
            "MessagingTopology",
            { brokerVersion: "4.3", vhosts: shop },
            `vhosts: is an object; ${listOfVhosts}`,
        ],
        [
            "an empty list",
            "MessagingTopology",
            { brokerVersion: "4.3", vhosts: [] },
            `vhosts: is empty; ${listOfVhosts}`,
        ],
        [
            "a list of names",
            "MessagingTopology",
            { brokerVersion: "4.3", vhosts: ["shop", null] },
            `vhosts.0: is "shop"; ${plainVhost}\nvhosts.1: is null; ${plainVhost}`,
        ],
        [
            "a version that is a number",
            "MessagingTopology",
            { brokerVersion: 4.3, vhosts: [shop] },
            `brokerVersion: is 4.3; ${oneVersion}`,
        ],
        [
            "an option as Python spells names",
            "MessagingTopology",
            {
                brokerVersion: "4.3",
                vhosts: [{ ...shop, queues: [{ ...shop.queues[0], job_limit: "5 minutes" }] }],
            },
            'vhost "shop": queue "orders": unknown option "job_limit"; did you mean "jobLimit"?',
        ],
        [
            "a cluster of no kind",
            "RabbitMqCluster",
            { brokerVersion: "4.3", cluster: { kind: "podman" } },
            `cluster.kind: is "podman"; ${oneKind}`,
        ],
        [
            "a cluster without its kind",
            "RabbitMqCluster",
            { brokerVersion: "4.3", cluster: {} },
            `cluster.kind: is missing; ${oneKind}`,
        ],
        [
            "a cluster that is a text",
            "RabbitMqCluster",
            { brokerVersion: "4.3", cluster: "docker" },
            `cluster: is "docker"; ${oneKind}`,
        ],
        [
            "all problems together",
            "RabbitMqCluster",
            {
                brokerVersion: "5",
                cluster: { kind: "docker", nodes: 2, imge: "x", ports: { amqp: 0, management: "x" } },
                prefix: 7,
                retain: "true",
            },
            `brokerVersion: is "5"; ${oneVersion}
cluster.nodes: is 2; write 1 or 3
cluster.image: is missing; write a text
cluster.ports.amqp: is 0; write a whole number from 1 to 65535
cluster.ports.management: is "x"; write a whole number from 1 to 65535
cluster.ports.prometheus: is missing; write a whole number from 1 to 65535
cluster: unknown option "imge"; did you mean "image"?
prefix: is 7; write a text
retain: is "true"; write true or false`,
        ],
        [
            "an external broker that is half described",
            "RabbitMqCluster",
            {
                brokerVersion: "4.3",
                cluster: {
                    kind: "external",
                    endpoint: "rabbit:15672",
                    username: "",
                    hosts: [],
                    amqpPort: 5671,
                    tls: "no",
                },
            },
            `cluster.endpoint: is "rabbit:15672"; write a URL such as "https://rabbitmq.example.com:15671"
cluster.username: is ""; write a text
cluster.hosts: is empty; name at least one
cluster.tls: is "no"; write true or false`,
        ],
        [
            "an external broker without a password",
            "RabbitMqCluster",
            { brokerVersion: "4.3", cluster: external },
            'RabbitMqCluster "shop": "password" is missing; write the password of user "admin" of https://rabbitmq.example.com',
        ],
        [
            "a Kubernetes cluster that is half described",
            "RabbitMqCluster",
            {
                brokerVersion: "4.3",
                cluster: {
                    kind: "kubernetes",
                    namespace: "shop",
                    nodes: 3,
                    image: "rabbitmq:4.3",
                    zones: ["a"],
                    cpus: 0,
                    memory: "4 gigs",
                    storage: { storageClass: "fast" },
                    diskFreeLimit: "2 GiB",
                    authority: { kind: "Issuer" },
                },
            },
            `cluster.zones: has 1 of them; name at least three
cluster.cpus: is 0; write a number above 0
cluster.memory: is "4 gigs"; write a size such as "4 GiB"
cluster.storage.size: is missing; write a size such as "4 GiB"
cluster.authority: is an object; write { kind: "own" }, or the "kind" (Issuer, ClusterIssuer) and "name" of an issuer of cert-manager`,
        ],
        [
            "a prefix that Docker refuses",
            "RabbitMqCluster",
            { brokerVersion: "4.3", cluster: docker, prefix: "my shop" },
            'RabbitMqCluster "shop": "prefix" is "my shop"; write at most 52 letters, digits, "-", "_" and ".", a letter or digit first',
        ],
        [
            "a component that does not exist",
            "Queue",
            {},
            'component "messaging:index:Queue" does not exist; choose from messaging:index:MessagingTopology, messaging:index:RabbitMqCluster',
        ],
    ])("refuses %s, a sentence for each problem", async (_, noun, inputs, sentences) => {
        await expect(constructed(noun, inputs)).rejects.toMatchObject({ message: sentences });
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
