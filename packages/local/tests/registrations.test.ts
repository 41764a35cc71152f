import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { Brokers } from "../src/brokers.ts";
import type { LocalHandler } from "../src/handler.ts";
import { LocalRunError } from "../src/localRunError.ts";
import { Group, Thing } from "./localProgram.ts";
import { execute, failing, namesOf } from "./registrationRun.ts";

describe("order and inputs", () => {
    it("creates a resource after those that it takes outputs from, and after its dependsOn", async () => {
        const { seen, result } = await execute(() => {
            const first = new Thing("first");
            const last = new Thing("last", {}, { dependsOn: new Thing("middle", { from: first.made }) });
            return Promise.resolve({ made: last.made });
        });
        expect(namesOf(seen)).toEqual(["first", "middle", "last"]);
        expect(seen[1]?.inputs).toEqual({ from: "made first" });
        expect(result?.outputs).toEqual({ made: "made last" });
    });

    it("hands secrets to the handler in clear, at any depth, and marks them in the outputs", async () => {
        const { seen, result } = await execute(() => {
            const thing = new Thing("thing", {
                password: pulumi.secret("p"),
                deep: [{ pin: pulumi.secret(1) }],
            });
            return Promise.resolve({
                password: thing.secretMade,
                derived: pulumi.interpolate`${thing.secretMade}!`,
                nested: { inner: thing.secretMade },
                plain: thing.made,
                constant: 1,
            });
        });
        expect(seen[0]?.inputs).toEqual({ password: "p", deep: [{ pin: 1 }] });
        expect(result?.outputs).toEqual({
            password: "canary",
            derived: "canary!",
            nested: { inner: "canary" },
            plain: "made thing",
            constant: 1,
        });
        expect(result?.secretOutputs).toEqual(["password", "derived", "nested"]);
    });

    it("creates nothing for components, but what is in them", async () => {
        const { seen, result } = await execute(() => {
            const group = new Group("group");
            new Thing("child", {}, { parent: group });
            return Promise.resolve({});
        });
        expect(namesOf(seen)).toEqual(["child"]);
        expect(result?.resources).toEqual([
            {
                type: "test:index:Thing",
                name: "child",
                id: "child-id",
                inputs: {},
                state: { made: "made child", secretMade: "canary" },
            },
        ]);
    });

    it("waits for resources on which no output depends", async () => {
        const { result } = await execute(
            () => {
                new Thing("slow");
                return Promise.resolve({});
            },
            {
                slow: async () => {
                    await sleep(50);
                    return { id: "slow-id" };
                },
            },
        );
        expect(result?.resources.map(({ name }) => name)).toEqual(["slow"]);
    });

    it("gives the program its configuration, its project and its stack", async () => {
        const { result } = await execute(
            () =>
                Promise.resolve({
                    replicas: new pulumi.Config().requireObject("replicas"),
                    project: pulumi.getProject(),
                    stack: pulumi.getStack(),
                }),
            {},
            {
                context: {
                    project: "spot",
                    stack: "prod",
                    config: { "spot:replicas": "[1,2]" },
                    docker: new Docker({ socketPath: "/nowhere" }),
                    brokers: new Brokers(),
                    labels: {},
                },
            },
        );
        expect(result?.outputs).toEqual({ replicas: [1, 2], project: "spot", stack: "prod" });
    });

    it("follows a program that awaits the outputs of its own resources", async () => {
        const { seen } = await execute(async () => {
            const first = new Thing("first");
            const value = await new Promise((resolve) => first.made.apply(resolve));
            new Thing("second", { value });
        });
        expect(namesOf(seen)).toEqual(["first", "second"]);
    });

    it("keeps to a handler's bound", async () => {
        let most = 0;
        let current = 0;
        const handler: LocalHandler = {
            type: "test:index:Thing",
            noun: "thing",
            concurrency: 2,
            create: async ({ name }) => {
                current += 1;
                most = Math.max(most, current);
                await sleep(5);
                current -= 1;
                return { id: name };
            },
        };
        const { result } = await execute(
            () => {
                for (let index = 0; index < 7; index += 1) {
                    new Thing(`thing-${index}`);
                }
                return Promise.resolve({});
            },
            {},
            { handlers: [handler] },
        );
        expect(result?.resources).toHaveLength(7);
        expect(most).toBe(2);
    });

    it("runs twice in one process", async () => {
        const program = (): Promise<unknown> => Promise.resolve({ made: new Thing("thing").made });
        const failed = await execute(program, { thing: failing("boom") });
        const again = await execute(program);
        expect(failed.error).toBeInstanceOf(LocalRunError);
        expect(again.result?.outputs).toEqual({ made: "made thing" });
    });
});

describe("progress", () => {
    it("knows the total before the first creation", async () => {
        const { events } = await execute(() => {
            const first = new Thing("first");
            new Thing("second", { from: first.made });
            return Promise.resolve({});
        });
        expect(events.map(({ kind, name, done, total }) => `${kind} ${name} ${done}/${total}`)).toEqual([
            "registered first 0/1",
            "registered second 0/2",
            "creating first 0/2",
            "created first 1/2",
            "creating second 1/2",
            "created second 2/2",
        ]);
    });

    it("passes on what a creation waits for, and takes a caller's larger expectation", async () => {
        const { events } = await execute(
            () => Promise.resolve({ made: new Thing("thing").made }),
            {
                thing: ({ waiting }) => {
                    waiting("until healthy");
                    return Promise.resolve({ id: "thing-id", state: { made: "made" } });
                },
            },
            { expected: 9 },
        );
        expect(events.find(({ kind }) => kind === "waiting")).toEqual({
            kind: "waiting",
            type: "test:index:Thing",
            name: "thing",
            done: 0,
            total: 9,
            detail: "until healthy",
        });
    });
});

describe("what a local run cannot create", () => {
    it("is refused with all problems, before anything is created", async () => {
        const { error, seen } = await execute(() => {
            new Thing("fine");
            new Thing("spot", {}, {}, "kubernetes:core/v1:Namespace");
            new Thing("cluster", {}, {}, "pulumi:providers:kubernetes");
            new Thing("bucket", {}, {}, "aws:s3/bucket:Bucket");
            new Thing("adopted", {}, { import: "some-id" });
            for (const letter of "abcdef") {
                new Thing(`pet-${letter}`, {}, {}, "random:index/randomPet:RandomPet");
            }
            return Promise.resolve({});
        });
        expect(error).toMatchObject({
            problems: [
                'stack "dev" declares "aws:s3/bucket:Bucket" resources ("bucket"), which a local run cannot create; use pulumi up --stack dev',
                'stack "dev" declares "random:index/randomPet:RandomPet" resources ("pet-a", "pet-b", "pet-c", "pet-d", "pet-e" and 1 more), which a local run cannot create; use pulumi up --stack dev',
                'stack "dev" declares Kubernetes resources ("cluster", "spot"), which a local run cannot create; use pulumi up --stack dev',
                'stack "dev" reads or imports existing resources ("adopted"), but a local run starts with none; use pulumi up --stack dev',
            ],
        });
        expect(seen).toEqual([]);
    });

    it("is refused as well when an apply declares it later", async () => {
        const { error } = await execute(() => {
            new Thing("first").made.apply((made) => new Thing(made, {}, {}, "kubernetes:core/v1:Namespace"));
            return Promise.resolve({});
        });
        expect(error).toMatchObject({
            message:
                'stack "dev" declares Kubernetes resources ("made first"), which a local run cannot create; use pulumi up --stack dev',
        });
    });
});
