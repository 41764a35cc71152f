import type Docker from "dockerode";
import type { z } from "zod";
import type { Brokers } from "./brokers.ts";
import { inputProblems } from "./inputProblems.ts";

/** Shared by all handlers of one run. */
export interface LocalContext {
    readonly project: string;
    readonly stack: string;
    readonly config: Readonly<Record<string, string>>;
    readonly docker: Docker;
    readonly brokers: Brokers;
    /** A removal finds the objects of this run by these labels. */
    readonly labels: Readonly<Record<string, string>>;
    /** Aborted by the first failure and by the user; every wait must end then. */
    readonly signal: AbortSignal;
}

/** One registered resource, with its secrets in plain text. */
export interface Registration {
    readonly type: string;
    readonly name: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    /** `urn::id` of an explicit provider, "" for the default one. */
    readonly provider: string;
    /** Reports what the creation waits for. */
    readonly waiting: (detail: string) => void;
}

export interface Created {
    readonly id: string;
    /** Outputs that differ from the inputs or are additional; the SDK copies all other inputs. */
    readonly state?: Readonly<Record<string, unknown>>;
    /** Outputs that are secret although no secret input has their name. */
    readonly secrets?: readonly string[];
}

/** Creates resources of one type on this machine. */
export interface LocalHandler {
    readonly type: string;
    /** The noun in error messages: `queue "audit": …`. */
    readonly noun: string;
    /** How many creations may run at the same time. @default - no limit */
    readonly concurrency?: number;
    /** Creates nothing when an input has a value that it cannot apply. */
    readonly create: (registration: Registration, context: LocalContext) => Promise<Created>;
}

export interface LocalHandlerSpec<S extends z.ZodType> {
    readonly type: string;
    readonly noun: string;
    readonly concurrency?: number;
    /** Strict: an unknown input is an error, so that a local run never differs silently from `pulumi up`. */
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
