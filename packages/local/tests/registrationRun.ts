import Docker from "dockerode";
import { Brokers } from "../src/brokers.ts";
import type { LocalEvent } from "../src/event.ts";
import type { Created, LocalContext, LocalHandler, Registration } from "../src/handler.ts";
import { executeRegistrations, type LocalResult, type RegistrationRun } from "../src/registrations.ts";

/** Creates one resource. */
export type Create = (registration: Registration, context: LocalContext) => Promise<Created>;

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

/** The result of a local run or its error, what the handler created, and the events. */
export interface Outcome {
    readonly result?: LocalResult;
    readonly error?: unknown;
    readonly seen: readonly Registration[];
    readonly events: readonly LocalEvent[];
}

/** Executes a program whose things a handler of this file creates; `special` replaces the creation of single ones. */
export async function execute(
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

export function namesOf(seen: readonly Registration[]): string[] {
    return seen.map(({ name }) => name);
}

/** A creation that fails. */
export function failing(sentence: string): Create {
    return () => Promise.reject(new Error(sentence));
}
