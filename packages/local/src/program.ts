import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { Declared } from "./preflight.ts";

/** The result of a creation, for the SDK. */
export interface Registered {
    readonly id: string;
    readonly state: Readonly<Record<string, unknown>>;
}

export interface ProgramRun {
    readonly project: string;
    readonly stack: string;
    readonly config: Readonly<Record<string, string>>;
    readonly program: () => Promise<unknown>;
    /** Called by the constructor of every custom resource, before its inputs are known. */
    readonly onDeclared: (resource: Declared) => void;
    /** Called after the program's body. Later declarations are inside an `apply`. */
    readonly onBodyDone: () => void;
    /** Called when the program failed; `runProgram` then never settles. */
    readonly onFailed: (error: unknown) => void;
    /**
     * Called when a resource's dependencies are created. It must never reject: the SDK would raise many unhandled rejections, and code that
     * awaits the resource's outputs would hang. After a failure it never settles, so that no dependent resource continues.
     */
    readonly onRegistered: (resource: pulumi.runtime.MockResourceArgs) => Promise<Registered>;
}

export interface ProgramOutputs {
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly secretOutputs: readonly string[];
}

/**
 * Runs a Pulumi program without an engine, through the SDK's documented mock hook. Like the real language host it creates a stack resource
 * as root. A stack transformation sees every resource in its constructor, so that all are known before the first one is created.
 *
 * It never rejects: after a failure it does not settle, and the caller must race it.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramOutputs> {
    await useMocks(run, run.onRegistered, (token) => {
        const wayOut = `which a local run cannot answer; use pulumi up --stack ${run.stack}`;
        run.onFailed(new Error(`stack "${run.stack}" calls the provider function "${token}", ${wayOut}`));
        return neverSettles;
    });
    pulumi.runtime.setAllConfig({ ...run.config });
    let exported: Readonly<Record<string, unknown>> = {};
    let declarations = 0;
    const resolved: unknown = await pulumi.runtime.runInPulumiStack(async () => {
        pulumi.runtime.registerStackTransformation((args) => {
            if (args.resource instanceof pulumi.CustomResource) {
                declarations += 1;
                run.onDeclared(declaredFrom(args));
            }
            return undefined;
        });
        try {
            const exports = await run.program();
            exported = typeof exports === "object" && exports !== null ? { ...exports } : {};
        } catch (error) {
            run.onFailed(error);
            return await neverSettles;
        }
        run.onBodyDone();
        await Promise.all(Object.values(exported).map(resolves));
        return exported;
    });
    // Registrations without dependent outputs may still run; and an apply on what they create may declare
    // more resources, which the SDK's own drain does not wait for.
    let drained: number;
    do {
        drained = declarations;
        await pulumi.runtime.disconnect();
        await turn();
    } while (declarations > drained);
    const secretOutputs: string[] = [];
    for (const [name, value] of Object.entries(exported)) {
        if (await pulumi.isSecret(pulumi.output(value))) {
            secretOutputs.push(name);
        }
    }
    return { outputs: { ...(typeof resolved === "object" ? resolved : {}) }, secretOutputs };
}

/**
 * Abandons a failed program: later registrations, for example from a timer, never settle, and the SDK drops the promises that it would
 * report as leaked at exit.
 */
export async function abandonProgram(run: Pick<ProgramRun, "project" | "stack">): Promise<void> {
    await useMocks(
        run,
        () => neverSettles,
        () => neverSettles,
    );
}

/** A promise for code that must not continue after the program failed. */
export const neverSettles = new Promise<never>(() => undefined);

/** Settles when the output has a value. If it can never have one, the SDK raises an unhandled rejection. */
async function resolves(value: unknown): Promise<void> {
    const output: pulumi.Output<unknown> = pulumi.output(value);
    await new Promise<void>((resolve) => {
        output.apply(() => {
            resolve();
        });
    });
}

async function useMocks(
    { project, stack }: Pick<ProgramRun, "project" | "stack">,
    newResource: ProgramRun["onRegistered"],
    onInvoked: (token: string) => Promise<never>,
): Promise<void> {
    await pulumi.runtime.setMocks(
        {
            newResource: async (args) =>
                // Components and the stack itself exist only in the program.
                args.custom === false ? { id: "", state: {} } : await newResource(args),
            call: ({ token }) => onInvoked(token),
        },
        project,
        stack,
        false,
    );
}

function declaredFrom({ type, name, props, opts }: pulumi.ResourceTransformationArgs): Declared {
    const plain = Object.entries(props).filter(
        ([, value]) => !pulumi.Output.isInstance(value) && !(value instanceof Promise),
    );
    const custom: pulumi.CustomResourceOptions = opts;
    return {
        type,
        name,
        plainInputs: Object.fromEntries(plain),
        adopted: custom.id !== undefined || custom.import !== undefined,
    };
}
