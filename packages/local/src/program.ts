import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { Declared } from "./preflight.ts";

/** What a resource's creation answers to the SDK. */
export interface Registered {
    readonly id: string;
    readonly state: Readonly<Record<string, unknown>>;
}

export interface ProgramRun {
    readonly project: string;
    readonly stack: string;
    readonly config: Readonly<Record<string, string>>;
    readonly program: () => Promise<unknown>;
    /** Called by the constructor of each resource that is not a component, before its inputs are known. */
    readonly onDeclared: (resource: Declared) => void;
    /** The program's body has run. What it still declares, it declares inside an `apply`. */
    readonly onBodyDone: () => void;
    /** The program failed; `runProgram` will not settle any more. */
    readonly onFailed: (error: unknown) => void;
    /**
     * Called when a resource's dependencies are created. Must never reject: the SDK answers a rejection with
     * a flood of unhandled ones and leaves whoever awaits the resource's outputs hanging. After a failure it
     * never settles, so that nothing which depends on the resource goes on.
     */
    readonly onRegistered: (resource: pulumi.runtime.MockResourceArgs) => Promise<Registered>;
}

export interface ProgramOutputs {
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly secretOutputs: readonly string[];
}

/**
 * Runs a Pulumi program without an engine, through the SDK's documented hook for tests. Like the real language
 * host it puts a stack resource at the root; a stack transformation sees every resource in its constructor, so
 * all of them are known before the first one is created.
 *
 * It never rejects. A failure settles nothing, so that the SDK has nothing to pass on; the caller races it.
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
    // Registrations on which no output depends may still be under way; and what they create may run an apply
    // that declares more, of which the SDK's own drain knows nothing.
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
 * Cuts a failed program off: what it may still register, from a timer say, never settles, and the SDK forgets
 * the promises that it would report as leaked when the process exits.
 */
export async function abandonProgram(run: Pick<ProgramRun, "project" | "stack">): Promise<void> {
    await useMocks(
        run,
        () => neverSettles,
        () => neverSettles,
    );
}

/** For what must not go on after the program has failed. */
export const neverSettles = new Promise<never>(() => undefined);

/** Settles when the output has a value. When it cannot have one, the SDK tells so by an unhandled rejection. */
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
                // Components and the stack itself exist in the program only.
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
