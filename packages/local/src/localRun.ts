import type Docker from "dockerode";
import { Brokers } from "./brokers.ts";
import { dockerAbsence } from "./dockerProblem.ts";
import type { OnLocalEvent } from "./event.ts";
import { localHandlers } from "./handlers/index.ts";
import { LocalRunError } from "./localRunError.ts";
import { ownerLabels, refuseUnownedObjects } from "./ownership.ts";
import { executeRegistrations, type LocalResult } from "./registrations.ts";
import { type Removed, removeOwned } from "./removal.ts";

export type { LocalResource } from "./creations.ts";
export type { LocalEvent, OnLocalEvent } from "./event.ts";
export { LocalRunError } from "./localRunError.ts";
export type { LocalResult } from "./registrations.ts";
export type { Removed } from "./removal.ts";

/** Options of a local run. */
export interface LocalRunOptions {
    readonly project: string;
    readonly stack: string;
    /** Values by full key, such as `spot-messaging:cluster`; structured values as JSON. */
    readonly config: Readonly<Record<string, string>>;
    /** Imports the program and returns its exports; called once. The program must not have been imported before. */
    readonly program: () => Promise<unknown>;
    readonly docker: Docker;
    readonly onEvent?: OnLocalEvent;
    /** Stops the run and removes everything that it created, as for Ctrl-C. */
    readonly signal?: AbortSignal;
    /** The minimum number of resources to expect. The run counts them itself as soon as the program has run. */
    readonly expected?: number;
}

/**
 * Runs a Pulumi program on this machine without an engine, account, state or plugin. It first removes what an earlier local run of the
 * stack left, then creates the resources that the program registers, with the same inputs. It does not update or diff; use `pulumi up` for
 * that. On a failure and on `signal`, it removes everything.
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
                await refuseUnownedObjects(docker, owner, declared);
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
 * Removes every container, network and volume that local runs of a stack created. Images stay.
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

/** Reports failures of the removal together with the failure that caused it. */
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
