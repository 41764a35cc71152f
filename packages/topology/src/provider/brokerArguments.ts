import { z } from "zod";
import type { Binding, Queue } from "../model/index.ts";

/** The two inputs for the arguments of a queue or binding; the provider refuses to accept both together. */
export const argumentInputs = {
    /** Every value reaches the broker as a string. */
    arguments: z.record(z.string(), z.string()).optional(),
    argumentsJson: z.string().refine(isJsonObject, { error: "not a JSON object" }).optional(),
};

/** The two inputs of the rabbitmq provider for the arguments of a queue or a binding: a map of texts, or JSON. */
export interface ArgumentInputs {
    readonly arguments?: Readonly<Record<string, string>> | undefined;
    readonly argumentsJson?: string | undefined;
}

/** Whether inputs use at most one of the two forms, as the provider requires. */
export function hasOneForm(inputs: ArgumentInputs): boolean {
    return inputs.arguments === undefined || inputs.argumentsJson === undefined;
}

/** The error for inputs that use both forms. */
export const twoForms = { error: '"arguments" and "argumentsJson" exclude each other' };

/** The arguments as the broker receives them: `argumentsJson` keeps numbers and booleans, `arguments` does not. */
export function brokerArguments(inputs: ArgumentInputs): Readonly<Record<string, unknown>> {
    if (inputs.argumentsJson === undefined || inputs.argumentsJson === "") {
        return inputs.arguments ?? {};
    }
    return z.record(z.string(), z.unknown()).parse(JSON.parse(inputs.argumentsJson));
}

function isJsonObject(text: string): boolean {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === "object" && value !== null && !Array.isArray(value);
    } catch {
        return false;
    }
}

/** All arguments of a queue as `argumentsJson`: the broker stores the type as one of them. */
export function queueArgumentsJson({ type, arguments: args }: Pick<Queue, "type" | "arguments">): string {
    return JSON.stringify({ ...args, "x-queue-type": type });
}

/** The arguments of a binding as `argumentsJson`; `undefined` without arguments. */
export function bindingArgumentsJson({ arguments: args }: Pick<Binding, "arguments">): string | undefined {
    return Object.keys(args).length === 0 ? undefined : JSON.stringify(args);
}
