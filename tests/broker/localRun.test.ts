import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { LocalRunError, type Removed, removeLocally, runLocally } from "@spot-messaging/local";
import { managementApi } from "@spot-messaging/management";
import Docker from "dockerode";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type LocalResult } from "../../packages/local/src/localRun.ts";
import { nodeArguments } from "../../scripts/nodeArguments.mjs";
import { freePort } from "../support/ports.ts";
import { brokerProgram } from "./localRunProgram.ts";

// Needs a Docker Engine and the broker's image. What it does not prove: that the real engine's provider sends the
// same; the engine tests compare the two.

const engine = new Docker();
const project = "local-run-test";
const image = "rabbitmq:4.3-management";
const children: ChildProcess[] = [];
const stacks = new Set<string>();

/** A stack of its own for each test, so that they do not meet, nor other users of this machine's Docker. */
function newStack(name: string): { stack: string; prefix: string } {
    const stack = `${name}-${process.pid}`;
    stacks.add(stack);
    return { stack, prefix: `${project}-${stack}` };
}

async function run(
    stack: string,
    program: () => Promise<unknown>,
    config: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
): Promise<LocalResult> {
    return await runLocally({
        project,
        stack,
        config,
        program,
        docker: engine,
        ...(signal === undefined ? {} : { signal }),
    });
}

async function failureOf(running: Promise<unknown>): Promise<LocalRunError> {
    const error: unknown = await running.catch((thrown: unknown) => thrown);
    if (!(error instanceof LocalRunError)) {
        throw new Error(`expected a LocalRunError, got ${String(error)}`);
    }
    return error;
}

/** The names of all Docker objects on this machine with a prefix. */
async function leftovers(prefix: string): Promise<string[]> {
    const [containers, networks, volumes] = await Promise.all([
        engine.listContainers({ all: true }),
        engine.listNetworks(),
        engine.listVolumes(),
    ]);
    const names = [
        ...containers.flatMap(({ Names }) => Names.map((name) => name.slice(1))),
        ...networks.map(({ Name }) => Name),
        ...volumes.Volumes.map(({ Name }) => Name),
    ];
    return names.filter((name) => name.startsWith(prefix)).sort();
}

afterEach(() => {
    for (const child of children.splice(0)) {
        child.kill("SIGKILL");
    }
});

afterAll(async () => {
    for (const stack of stacks) {
        await removeLocally(engine, project, stack);
    }
}, 60_000);

describe("a stack with a broker", () => {
    const { stack, prefix } = newStack("broker");

    async function configuration(): Promise<Record<string, string>> {
        return {
            [`${project}:prefix`]: prefix,
            [`${project}:port`]: String(await freePort()),
            [`${project}:image`]: image,
        };
    }

    it("really exists, as the program declares it, and leaves nothing when it is removed", async () => {
        const { outputs, secretOutputs, resources } = await run(stack, brokerProgram, await configuration());
        expect(secretOutputs).toEqual(["password"]);
        expect(resources).toHaveLength(17);
        // The order in which the real provider reads them back, not the one in which the program asks for them.
        expect(
            resources.find(({ type }) => type === "docker:index/container:Container")?.state["ports"],
        ).toEqual([
            { internal: 5672, protocol: "tcp", external: outputs["amqpPort"], ip: "127.0.0.1" },
            { internal: 15672, protocol: "tcp", external: expect.any(Number) as number, ip: "127.0.0.1" },
        ]);

        const api = managementApi({
            endpoint: String(outputs["endpoint"]),
            username: "operator",
            password: String(outputs["password"]),
        });
        const definitions = await api.definitions("spot/test");
        expect(definitions["exchanges"]).toEqual([
            { name: "events", type: "topic", durable: true, auto_delete: false, arguments: {} },
        ]);
        expect(definitions["queues"]).toMatchObject([
            {
                name: "audit",
                durable: true,
                auto_delete: false,
                arguments: { "x-queue-type": "quorum", "x-delivery-limit": 5 },
            },
        ]);
        expect(definitions["bindings"]).toEqual([
            {
                source: "events",
                destination: "audit",
                destination_type: "queue",
                routing_key: "job.#",
                arguments: {},
            },
        ]);
        expect(definitions["policies"]).toEqual([
            {
                name: "audit",
                pattern: "^audit$",
                "apply-to": "quorum_queues",
                priority: 7,
                definition: { "message-ttl": 60000, "dead-letter-exchange": "events" },
            },
        ]);
        const all = await api.definitions();
        expect(all["users"]).toMatchObject([{ name: "operator" }, { name: "worker", tags: ["monitoring"] }]);
        expect(all["topic_permissions"]).toEqual([
            { user: "worker", vhost: "spot/test", exchange: "events", write: "^job\\.", read: ".*" },
        ]);
        expect(all["permissions"]).toContainEqual({
            user: "worker",
            vhost: "spot/test",
            configure: "^$",
            write: "^events$",
            read: "^audit$",
        });
        expect(all["parameters"]).toEqual([
            {
                component: "operator_policy",
                name: "cap",
                vhost: "spot/test",
                value: {
                    pattern: ".*",
                    "apply-to": "queues",
                    priority: 0,
                    definition: { "max-length": 100000 },
                },
            },
        ]);

        // A message goes in and comes out, as tests elsewhere rely on.
        expect(await api.publish("spot/test", "events", { routingKey: "job.done", payload: "ü" })).toBe(true);
        expect(await api.publish("spot/test", "events", { routingKey: "other", payload: "" })).toBe(false);
        const taken = await api.getMessages("spot/test", "audit", 5, "ack_requeue_false");
        expect(taken.map(({ payload, routing_key }) => ({ payload, routing_key }))).toEqual([
            { payload: "ü", routing_key: "job.done" },
        ]);
        expect(await api.getMessages("spot/test", "audit", 5)).toEqual([]);
        expect(await api.nodes()).toMatchObject([{ running: true }]);
        await expect(
            api.declareQueue("spot/test", "audit", { durable: true, auto_delete: false, arguments: {} }),
        ).rejects.toMatchObject({
            status: 400,
            reason: expect.stringContaining("inequivalent arg") as string,
        });

        const container = await engine.getContainer(`${prefix}-broker`).inspect();
        expect(container.Config.Labels).toMatchObject({
            purpose: "test",
            "spot-messaging.project": project,
            "spot-messaging.stack": stack,
            "spot-messaging.run": "local",
        });
        expect(JSON.stringify(container)).not.toContain(String(outputs["password"]));
        expect(outputs["amqpPort"]).toBe(
            Number(
                (container.NetworkSettings.Ports as Record<string, { HostPort: string }[]>)["5672/tcp"]?.[0]
                    ?.HostPort,
            ),
        );

        const removed: Removed = await removeLocally(engine, project, stack);
        expect(removed).toEqual({
            containers: [`${prefix}-broker`],
            networks: [`${prefix}-net`],
            volumes: [`${prefix}-data`],
        });
        expect(await leftovers(prefix)).toEqual([]);
        expect(await removeLocally(engine, project, stack)).toEqual({
            containers: [],
            networks: [],
            volumes: [],
        });
    }, 180_000);

    it("starts clean after a run that was killed half-way", async () => {
        const config = await configuration();
        const script = fileURLToPath(new URL("localRunChild.ts", import.meta.url));
        const child = spawn(process.execPath, [...nodeArguments, script, stack, JSON.stringify(config)], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        children.push(child);
        // It prints once it waits for the broker; network, volume and container exist then.
        await once(child.stdout, "data");
        child.kill("SIGKILL");
        await once(child, "exit");
        expect(await leftovers(prefix)).toEqual([`${prefix}-broker`, `${prefix}-data`, `${prefix}-net`]);

        const { resources } = await run(stack, brokerProgram, config);
        expect(resources).toHaveLength(17);
        await removeLocally(engine, project, stack);
        expect(await leftovers(prefix)).toEqual([]);
    }, 180_000);

    it("is removed at the user's signal, soon", async () => {
        const controller = new AbortController();
        const running = run(stack, brokerProgram, await configuration(), controller.signal);
        const failure = failureOf(running);
        while ((await leftovers(prefix)).length < 3) {
            await sleep(20);
        }
        const aborted = Date.now();
        controller.abort();
        expect((await failure).interrupted).toBe(true);
        expect(Date.now() - aborted).toBeLessThan(10_000);
        expect(await leftovers(prefix)).toEqual([]);
    }, 60_000);
});

describe("a container", () => {
    const idle = { image, entrypoints: ["/bin/sh", "-c"] };

    it("that never becomes healthy is an error with its log, and everything is removed", async () => {
        const { stack, prefix } = newStack("unhealthy");
        const failure = await failureOf(
            run(stack, () => {
                const network = new docker.Network("net", { name: `${prefix}-net` });
                new docker.Container("sick", {
                    ...idle,
                    name: `${prefix}-sick`,
                    // Docker reads the two streams side by side; the pause keeps their order.
                    command: ["seq 1 30; sleep 0.5; echo ouch >&2; exec sleep 600"],
                    networksAdvanced: [{ name: network.name }],
                    healthcheck: { tests: ["CMD-SHELL", "echo not yet; exit 1"], interval: "1s", retries: 1 },
                    wait: true,
                    waitTimeout: 4,
                });
                return Promise.resolve({});
            }),
        );
        const log = [...Array.from({ length: 14 }, (_, index) => String(17 + index)), "ouch"];
        expect(failure.problems).toEqual([
            `container "sick": was not healthy within 4 s; its health check says: not yet; its log ends with:\n${log.map((line) => `    ${line}`).join("\n")}`,
        ]);
        expect(await leftovers(prefix)).toEqual([]);
    }, 60_000);

    it("that ends before it is healthy is not waited for", async () => {
        const { stack, prefix } = newStack("ended");
        const failure = await failureOf(
            run(stack, () => {
                new docker.Container("brief", {
                    ...idle,
                    name: `${prefix}-brief`,
                    command: ["echo no configuration; exit 3"],
                    healthcheck: { tests: ["CMD", "true"], interval: "60s" },
                    wait: true,
                });
                return Promise.resolve({});
            }),
        );
        expect(failure.message).toBe(
            'container "brief": ended with exit code 3 before it was healthy; its log ends with:\n    no configuration',
        );
    }, 60_000);

    it("that is healthy early is not waited for until the engine checks it", async () => {
        const { stack, prefix } = newStack("early");
        const began = Date.now();
        await run(stack, () => {
            new docker.Container("quick", {
                ...idle,
                name: `${prefix}-quick`,
                command: ["sleep 1; touch /tmp/ready; exec sleep 600"],
                healthcheck: { tests: ["CMD-SHELL", "test -e /tmp/ready"], interval: "5m0s" },
                wait: true,
            });
            return Promise.resolve({});
        });
        expect(Date.now() - began).toBeLessThan(100_000);
    });

    it("names the port in use", async () => {
        const { stack, prefix } = newStack("port");
        const port = await freePort();
        const taken = createServer().listen(port, "127.0.0.1");
        await once(taken, "listening");
        const program = (): Promise<unknown> => {
            new docker.Container("web", {
                ...idle,
                name: `${prefix}-web`,
                command: ["sleep 600"],
                ports: [{ internal: 80, external: port, ip: "127.0.0.1" }],
            });
            return Promise.resolve({});
        };
        const sentence = `container "web": port ${port} of this machine is in use; stop the program that listens there or choose another port in Pulumi.${stack}.yaml`;
        expect((await failureOf(run(stack, program))).message).toBe(sentence);
        expect(await leftovers(prefix)).toEqual([]);
        taken.close();
        await once(taken, "close");

        // Docker says it in other words when another container has the port.
        const rival = newStack("rival");
        await run(rival.stack, () => {
            new docker.Container("web", {
                ...idle,
                name: `${rival.prefix}-web`,
                command: ["sleep 600"],
                ports: [{ internal: 80, external: port, ip: "127.0.0.1" }],
            });
            return Promise.resolve({});
        });
        expect((await failureOf(run(stack, program))).message).toBe(sentence);
        expect(await leftovers(rival.prefix)).toEqual([`${rival.prefix}-web`]);
        await removeLocally(engine, project, rival.stack);
    }, 60_000);

    it("of an image that is nowhere is refused with a way out", async () => {
        const { stack, prefix } = newStack("image");
        const failure = await failureOf(
            run(stack, () => {
                new docker.Volume("data", { name: `${prefix}-data` });
                const missing = new docker.RemoteImage("missing", { name: "localhost:1/nowhere/nothing:1" });
                return Promise.resolve({ id: missing.imageId });
            }),
        );
        expect(failure.message).toMatch(
            /^image "missing": "localhost:1\/nowhere\/nothing:1" is not on this machine and could not be pulled \(.+\); docker pull localhost:1\/nowhere\/nothing:1 tries again, docker load brings it from a file$/,
        );
        expect(await leftovers(prefix)).toEqual([]);
    }, 60_000);
});

describe("objects that are not from a local run", () => {
    it("are refused by name before anything is removed or created", async () => {
        const { stack, prefix } = newStack("foreign");
        const program = (): Promise<unknown> => {
            new docker.Volume("data", { name: `${prefix}-data` });
            new docker.Volume("own", { name: `${prefix}-own` });
            new docker.Network("net", { name: `${prefix}-net` });
            return Promise.resolve({});
        };
        await run(stack, program);
        const own = (await engine.getVolume(`${prefix}-own`).inspect()) as { CreatedAt?: string }; // untyped in dockerode
        await engine.getVolume(`${prefix}-data`).remove();
        await engine.getNetwork(`${prefix}-net`).remove();
        await engine.createVolume({ Name: `${prefix}-data` });
        await engine.createNetwork({ Name: `${prefix}-net`, Labels: { "spot-messaging.stack": stack } });
        try {
            const failure = await failureOf(run(stack, program));
            expect(failure.problems).toEqual([
                `network "${prefix}-net" exists and was not created by a local run; pulumi destroy --stack ${stack} removes it`,
                `volume "${prefix}-data" exists and was not created by a local run; pulumi destroy --stack ${stack} removes it`,
            ]);
            const still = (await engine.getVolume(`${prefix}-own`).inspect()) as { CreatedAt?: string }; // untyped in dockerode
            expect(still.CreatedAt).toBe(own.CreatedAt);
            await removeLocally(engine, project, stack);
            expect(await leftovers(prefix)).toEqual([`${prefix}-data`, `${prefix}-net`]);
        } finally {
            await engine.getVolume(`${prefix}-data`).remove();
            await engine.getNetwork(`${prefix}-net`).remove();
        }
    }, 60_000);

    it("are refused as well when they belong to another stack's local run", async () => {
        const { stack, prefix } = newStack("mine");
        const other = newStack("theirs");
        const program = (): Promise<unknown> => {
            new docker.Network("net", { name: `${prefix}-net` });
            return Promise.resolve({});
        };
        await run(other.stack, program);
        expect((await failureOf(run(stack, program))).message).toBe(
            `network "${prefix}-net" exists and belongs to the local run of stack "${other.stack}"; npm stop removes it`,
        );
        await removeLocally(engine, project, other.stack);
    }, 60_000);

    it("do not keep a removed network in use", async () => {
        const { stack, prefix } = newStack("guest");
        await run(stack, () => {
            new docker.Network("net", { name: `${prefix}-net` });
            return Promise.resolve({});
        });
        const guest = await engine.createContainer({
            name: `${prefix}-guest`,
            Image: image,
            Entrypoint: ["sleep", "600"],
            HostConfig: { NetworkMode: `${prefix}-net` },
        });
        try {
            await guest.start();
            expect((await removeLocally(engine, project, stack)).networks).toEqual([`${prefix}-net`]);
            expect(await leftovers(prefix)).toEqual([`${prefix}-guest`]);
        } finally {
            await guest.remove({ force: true });
        }
    }, 60_000);
});

it("says so when Docker is not there, before it runs the program", async () => {
    const failure = await failureOf(
        runLocally({
            project,
            stack: "none",
            config: {},
            program: () => Promise.reject(new Error("the program ran")),
            docker: new Docker({ socketPath: "/nowhere/docker.sock" }),
        }),
    );
    expect(failure.message).toBe(
        "Docker does not answer (connect ENOENT /nowhere/docker.sock); start it, or point DOCKER_HOST at one that runs",
    );
});

it("takes anonymous volumes away with their containers", async () => {
    const { stack, prefix } = newStack("anonymous");
    const { resources } = await run(stack, () => {
        const scratch = new docker.Container("scratch", {
            name: `${prefix}-scratch`,
            image,
            entrypoints: ["sleep", "600"],
            volumes: [{ containerPath: "/scratch" }],
        });
        return Promise.resolve({ id: pulumi.output(scratch.id) });
    });
    const { Mounts: mounts } = await engine.getContainer(resources[0]?.id ?? "").inspect();
    const [anonymous] = mounts;
    expect(anonymous).toMatchObject({ Type: "volume", Destination: "/scratch" });
    await removeLocally(engine, project, stack);
    await expect(engine.getVolume(anonymous?.Name ?? "").inspect()).rejects.toMatchObject({
        statusCode: 404,
    });
}, 60_000);
