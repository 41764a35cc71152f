import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { Creations, type LocalResource } from "./creations.ts";
import type { LocalEvent, OnLocalEvent } from "./event.ts";
import { Gate } from "./gate.ts";
import type { Created, LocalContext, LocalHandler } from "./handler.ts";
import { LocalRunError } from "./localRunError.ts";
import { type Declared, refusals } from "./preflight.ts";
import { abandonProgram, neverSettles, type Registered, runProgram } from "./program.ts";
import { Stop } from "./stop.ts";

/** The result of a local run. */
export interface LocalResult {
    /** The program's exports, resolved, with secrets in plain text. */
    readonly outputs: Readonly<Record<string, unknown>>;
    /** The names of secret outputs, which must not be displayed. */
    readonly secretOutputs: readonly string[];
    /** In the order of their creation. */
    readonly resources: readonly LocalResource[];
}

export interface RegistrationRun {
    readonly program: () => Promise<unknown>;
    readonly handlers: readonly LocalHandler[];
    readonly context: Omit<LocalContext, "signal">;
    /** The minimum number of resources, if the caller knows it. @default 0 */
    readonly expected?: number | undefined;
    readonly onEvent?: OnLocalEvent | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Called once, when all declared resources are known and before the first one is created. */
    readonly beforeFirst?: (declared: readonly Declared[]) => Promise<void>;
    /** After this time without a creation, the program counts as blocked. @default 120000 */
    readonly idleMs?: number | undefined;
}

/**
 * Executes a program's registrations with the given handlers, in the order of their dependencies. After the first failure it creates
 * nothing more, stops running creations and waits for them.
 * @throws LocalRunError with every problem
 */
export async function executeRegistrations(run: RegistrationRun): Promise<LocalResult> {
    const { project, stack, config } = run.context;
    const declared: Declared[] = [];
    const stop = new Stop(run.signal);
    let lastActivity = Date.now();

    const reportEvent = (
        kind: LocalEvent["kind"],
        { type, name }: { type: string; name: string },
        detail?: string,
    ): void => {
        lastActivity = Date.now();
        const total = Math.max(run.expected ?? 0, declared.length);
        const progress = { kind, type, name, done: creations.done.length, total };
        run.onEvent?.(detail === undefined ? progress : { ...progress, detail });
    };
    const creations = new Creations(run.handlers, { ...run.context, signal: stop.signal }, reportEvent);

    const gate = new Gate(async () => {
        try {
            const refused = refusals(declared, (type) => creations.isSupported(type), stack);
            if (refused.length > 0) {
                throw new LocalRunError(refused);
            }
            await run.beforeFirst?.(declared);
            return !stop.signal.aborted;
        } catch (error) {
            stop.add(error);
            return false;
        }
    });

    const onRegistered = async (args: pulumi.runtime.MockResourceArgs): Promise<Registered> => {
        await gate.pass();
        try {
            const created = await creations.create(args);
            return stop.signal.aborted ? await neverSettles : withSecrets(created);
        } catch (error) {
            if (stop.add(error)) {
                reportEvent("failed", args, error instanceof Error ? error.message : String(error));
            }
            return await neverSettles;
        }
    };

    // The SDK raises an error inside an apply as an unhandled rejection and expects its host to listen. Those
    // after the first one are consequences of it.
    const onUnhandled = (error: unknown): void => {
        if (!stop.signal.aborted) {
            stop.add(error);
        }
    };
    process.on("unhandledRejection", onUnhandled);
    // A pending promise does not keep a process alive; this timer does, and detects promises that never settle.
    const idleMs = run.idleMs ?? 120_000;
    const clock = setInterval(
        () => {
            if (creations.underWay === 0 && Date.now() - lastActivity > idleMs) {
                const wayOut = "look for an Output that depends on itself, or an await that never ends";
                stop.add(new Error(`stack "${stack}" waits for a value that never arrives; ${wayOut}`));
            }
        },
        Math.min(idleMs, 1000),
    );
    try {
        const running = runProgram({
            project,
            stack,
            config,
            program: run.program,
            onDeclared: (resource) => {
                declared.push(resource);
                gate.declared();
                reportEvent("registered", resource);
            },
            onBodyDone: () => {
                gate.open();
            },
            onFailed: (error) => {
                stop.add(error);
            },
            onRegistered,
        });
        const outputs = await Promise.race([running, stop.requested]);
        if (outputs === undefined || stop.signal.aborted) {
            gate.close();
            await creations.settled();
            await turn();
            await abandonProgram({ project, stack });
            throw stop.error();
        }
        return { ...outputs, resources: creations.done };
    } finally {
        stop.forgetUser();
        clearInterval(clock);
        process.off("unhandledRejection", onUnhandled);
    }
}

function withSecrets({ id, state = {}, secrets = [] }: Created): Registered {
    const marked = secrets.map((key): [string, unknown] => [key, pulumi.secret(state[key])]);
    return { id, state: { ...state, ...Object.fromEntries(marked) } };
}
