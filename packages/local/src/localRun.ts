import type Docker from "dockerode";
import { Brokers } from "./brokers.ts";
import { dockerAbsence } from "./dockerProblem.ts";
import type { OnLocalEvent } from "./event.ts";
import { localHandlers } from "./handlers/index.ts";
import { LocalRunError } from "./localRunError.ts";
import { ownerLabels, refuseForeignObjects } from "./ownership.ts";
import { executeRegistrations, type LocalResult } from "./registrations.ts";
import { type Removed, removeOwned } from "./removal.ts";

export type { LocalResource } from "./creations.ts";
export type { LocalEvent, OnLocalEvent } from "./event.ts";
export { LocalRunError } from "./localRunError.ts";
export type { LocalResult } from "./registrations.ts";
export type { Removed } from "./removal.ts";

/** What to run, and how. */
export interface LocalRunOptions {
    readonly project: string;
    readonly stack: string;
    /** By full key, `spot-messaging:cluster`; structured values as JSON. */
    readonly config: Readonly<Record<string, string>>;
    /** Imports the program and answers its exports; called once. It must not have been imported before. */
    readonly program: () => Promise<unknown>;
    readonly docker: Docker;
    readonly onEvent?: OnLocalEvent;
    /** Ends the run and removes what it made, as Ctrl-C must. */
    readonly signal?: AbortSignal;
    /** How many resources will come at least. The run counts them itself as soon as the program has run. */
    readonly expected?: number;
}

/**
 * Runs a Pulumi program on this machine: no engine, no account, no state, no plugin. It starts clean, by
 * removing what an earlier local run of the stack left, and really creates what the program registers, with the
 * same inputs. It neither updates nor diffs; `pulumi up` does. On any failure and on `signal` everything is
 * removed again.
 * @throws LocalRunError with every problem
 */
export async function runLocally(options: LocalRunOptions): Promise<LocalResult> {
    const { docker, project, stack, config, onEvent } = options;
    const owner = { project, stack };
    await requireDocker(docker);
    const progress = { touched: false };
    try {
        return await executeRegistrations({
            program: options.program,
            handlers: localHandlers,
            context: { project, stack, config, docker, brokers: new Brokers(), labels: ownerLabels(owner) },
            expected: options.expected,
            onEvent,
            signal: options.signal,
            beforeFirst: async (declared) => {
                await refuseForeignObjects(docker, owner, declared);
                progress.touched = true;
                await removeOwned(docker, owner, onEvent);
            },
        });
    } catch (error) {
        if (progress.touched) {
            await removeAfter(error, () => removeOwned(docker, owner, onEvent));
        }
        throw error;
    }
}

/**
 * Removes every container, network and volume that local runs of a stack made; nothing else, and no images.
 * @throws LocalRunError with what could not be removed
 */
export async function removeLocally(
    docker: Docker,
    project: string,
    stack: string,
    onEvent?: OnLocalEvent,
): Promise<Removed> {
    await requireDocker(docker);
    return await removeOwned(docker, { project, stack }, onEvent);
}

async function requireDocker(docker: Docker): Promise<void> {
    try {
        await docker.ping();
    } catch (error) {
        throw new LocalRunError([(dockerAbsence(error) ?? toError(error)).message], { cause: error });
    }
}

/** What fails in the removal is told together with what made it necessary. */
async function removeAfter(failure: unknown, remove: () => Promise<unknown>): Promise<void> {
    try {
        await remove();
    } catch (error) {
        const problems = [failure, error].flatMap((one) =>
            one instanceof LocalRunError ? one.problems : [toError(one).message],
        );
        const interrupted = failure instanceof LocalRunError && failure.interrupted;
        throw new LocalRunError(problems, { interrupted, cause: failure });
    }
}

function toError(error: unknown): Error {
    return error instanceof Error ? error : new Error(String(error));
}
