import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { Brokers } from "../src/brokers.ts";
import type { LocalEvent } from "../src/event.ts";
import type { Created, LocalContext, LocalHandler, Registration } from "../src/handler.ts";
import { LocalRunError } from "../src/localRunError.ts";
import { executeRegistrations, type LocalResult, type RegistrationRun } from "../src/registrations.ts";
import { Group, Thing } from "./localProgram.ts";

type Create = (registration: Registration, context: LocalContext) => Promise<Created>;

/** A handler that notes what it creates; `special` replaces the creation of single resources. */
function recording(seen: Registration[], special: Readonly<Record<string, Create>> = {}): LocalHandler {
    return {
        type: "test:index:Thing",
        noun: "thing",
        create: async (registration, context) => {
            seen.push(registration);
            const made = { made: `made ${registration.name}`, secretMade: "canary" };
            const create = special[registration.name];
            return create === undefined
                ? { id: `${registration.name}-id`, state: made, secrets: ["secretMade"] }
                : await create(registration, context);
        },
    };
}

interface Outcome {
    readonly result?: LocalResult;
    readonly error?: unknown;
    readonly seen: readonly Registration[];
    readonly events: readonly LocalEvent[];
}

async function execute(
    program: () => Promise<unknown>,
    special: Readonly<Record<string, Create>> = {},
    options: Partial<RegistrationRun> = {},
): Promise<Outcome> {
    const seen: Registration[] = [];
    const events: LocalEvent[] = [];
    const docker = new Docker({ socketPath: "/nowhere" }); // no handler here uses it
    const run = {
        program,
        handlers: [recording(seen, special)],
        context: { project: "project", stack: "dev", config: {}, docker, brokers: new Brokers(), labels: {} },
        onEvent: (event: LocalEvent) => {
            events.push(event);
        },
        ...options,
    };
    try {
        return { result: await executeRegistrations(run), seen, events };
    } catch (error) {
        return { error, seen, events };
    }
}

function namesOf(seen: readonly Registration[]): string[] {
    return seen.map(({ name }) => name);
}

function failing(sentence: string): Create {
    return () => Promise.reject(new Error(sentence));
}

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

describe("failures", () => {
    it("creates nothing that depends on a failed resource, and names it", async () => {
        const { error, seen, events } = await execute(
            () => Promise.resolve({ made: new Thing("second", { from: new Thing("first").made }).made }),
            { first: failing("no room; make some") },
        );
        expect(error).toBeInstanceOf(LocalRunError);
        expect(error).toMatchObject({ message: 'thing "first": no room; make some', interrupted: false });
        expect(namesOf(seen)).toEqual(["first"]);
        expect(events.at(-1)).toMatchObject({
            kind: "failed",
            name: "first",
            detail: 'thing "first": no room; make some',
        });
    });

    it("tells what is under way to end, waits for it and collects what else went wrong", async () => {
        let ended = false;
        const { error } = await execute(
            () => {
                new Thing("quick");
                new Thing("interrupted");
                new Thing("own");
                return Promise.resolve({});
            },
            {
                quick: failing("boom"),
                interrupted: async (_, { signal }) => {
                    await sleep(10_000, undefined, { signal }).catch(async (aborted: unknown) => {
                        await sleep(20);
                        ended = true;
                        throw aborted;
                    });
                    return { id: "interrupted" };
                },
                own: async () => {
                    await sleep(10);
                    throw new Error("bang");
                },
            },
        );
        expect(ended).toBe(true);
        expect(error).toMatchObject({ problems: ['thing "own": bang', 'thing "quick": boom'] });
        expect((error as LocalRunError).message).toBe('- thing "own": bang\n- thing "quick": boom'); // asserted above
    });

    it("ends at the user's signal", async () => {
        const controller = new AbortController();
        const { error, seen } = await execute(
            () => Promise.resolve({ made: new Thing("second", { from: new Thing("first").made }).made }),
            {
                first: async (_, { signal }) => {
                    setTimeout(() => {
                        controller.abort();
                    }, 10);
                    await sleep(10_000, undefined, { signal });
                    return { id: "first" };
                },
            },
            { signal: controller.signal },
        );
        expect(error).toMatchObject({ interrupted: true, message: "the local run was interrupted" });
        expect(namesOf(seen)).toEqual(["first"]);
    });

    it("creates nothing when the user's signal came before", async () => {
        const { error, seen } = await execute(
            () => Promise.resolve({ made: new Thing("thing").made }),
            {},
            {
                signal: AbortSignal.abort(),
            },
        );
        expect(error).toMatchObject({ interrupted: true });
        expect(seen).toEqual([]);
    });

    it("creates nothing when the program throws, and reports its error", async () => {
        const { error, seen } = await execute(() => {
            new Thing("thing");
            return Promise.reject(new Error('Pulumi.dev.yaml: "replicas" is 0; it must be odd'));
        });
        expect(error).toMatchObject({ message: 'Pulumi.dev.yaml: "replicas" is 0; it must be odd' });
        expect(seen).toEqual([]);
    });

    it("creates nothing when what comes first fails", async () => {
        const { error, seen } = await execute(
            () => Promise.resolve({ made: new Thing("thing").made }),
            {},
            {
                beforeFirst: () =>
                    Promise.reject(new LocalRunError(['container "x" exists', 'container "y" exists'])),
            },
        );
        expect(error).toMatchObject({ problems: ['container "x" exists', 'container "y" exists'] });
        expect(seen).toEqual([]);
    });

    it("stops a program that waits for itself", async () => {
        const { error } = await execute(
            () => {
                const knot: { tie: (value: string) => void } = { tie: () => undefined };
                const promise = new Promise<string>((resolve) => {
                    knot.tie = resolve;
                });
                const thing = new Thing("thing", { promise });
                thing.made.apply(knot.tie);
                return Promise.resolve({ made: thing.made });
            },
            {},
            { idleMs: 100 },
        );
        expect(error).toMatchObject({
            message:
                'stack "dev" waits for a value that never arrives; look for an Output that depends on itself, or an await that never ends',
        });
    });

    it("refuses a provider function", async () => {
        const { error } = await execute(() =>
            pulumi.runtime.invoke("docker:index/getNetwork:getNetwork", { name: "x" }),
        );
        expect(error).toMatchObject({
            message:
                'stack "dev" calls the provider function "docker:index/getNetwork:getNetwork", which a local run cannot answer; use pulumi up --stack dev',
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
