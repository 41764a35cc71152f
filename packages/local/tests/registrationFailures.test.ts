import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { LocalRunError } from "../src/localRunError.ts";
import { Thing } from "./localProgram.ts";
import { execute, failing, namesOf } from "./registrationRun.ts";

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
