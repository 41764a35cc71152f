import type Docker from "dockerode";
import type { z } from "zod";
import type { Brokers } from "./brokers.ts";
import { inputProblems } from "./inputProblems.ts";

/** What the handlers of one run share. */
export interface LocalContext {
    readonly project: string;
    readonly stack: string;
    readonly config: Readonly<Record<string, string>>;
    readonly docker: Docker;
    readonly brokers: Brokers;
    /** By which a removal finds what this run made. */
    readonly labels: Readonly<Record<string, string>>;
    /** Aborted by the first failure and by the user; whatever waits must end then. */
    readonly signal: AbortSignal;
}

/** One registered resource, its secrets in clear. */
export interface Registration {
    readonly type: string;
    readonly name: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    /** `urn::id` of an explicit provider, "" for the default one. */
    readonly provider: string;
    /** Tells what the creation waits for. */
    readonly waiting: (detail: string) => void;
}

export interface Created {
    readonly id: string;
    /** Outputs that differ from the inputs or add to them; the SDK fills in the other inputs itself. */
    readonly state?: Readonly<Record<string, unknown>>;
    /** The parts of the state that are secret although they are no secret inputs. */
    readonly secrets?: readonly string[];
}

/** How one type of resource is really created on this machine. */
export interface LocalHandler {
    readonly type: string;
    /** As an error calls it: `queue "audit": …`. */
    readonly noun: string;
    /** How many at once. @default no bound */
    readonly concurrency?: number;
    /** Creates nothing when the inputs hold anything that it would not put into effect. */
    readonly create: (registration: Registration, context: LocalContext) => Promise<Created>;
}

export interface LocalHandlerSpec<S extends z.ZodType> {
    readonly type: string;
    readonly noun: string;
    readonly concurrency?: number;
    /** Strict: an input that is not named here is an error, so that a local run never quietly differs. */
    readonly inputs: S;
    readonly create: (
        inputs: z.infer<S>,
        registration: Registration,
        context: LocalContext,
    ) => Promise<Created> | Created;
}

export function localHandler<S extends z.ZodType>(spec: LocalHandlerSpec<S>): LocalHandler {
    return {
        type: spec.type,
        noun: spec.noun,
        ...(spec.concurrency === undefined ? {} : { concurrency: spec.concurrency }),
        create: async (registration, context) => {
            const parsed = spec.inputs.safeParse(registration.inputs);
            if (!parsed.success) {
                throw new Error(inputProblems(parsed.error, context.stack));
            }
            return await spec.create(parsed.data, registration, context);
        },
    };
}
