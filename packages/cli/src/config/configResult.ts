import { type Topology, UsageError } from "@spot-messaging/topology";
import { documentOf, parseSnapshot } from "@spot-messaging/topology/definitions";
import { describeValue, quoted } from "@spot-messaging/topology/text";
import { z } from "zod";
import type { BrokerAccess } from "./topologyConfig.ts";

/** Whether a text is a valid stack name in Pulumi. It is also a part of file names. */
export function isStackName(text: string): boolean {
    return /^[A-Za-z0-9_][\w.-]*$/u.test(text);
}

/**
 * Checks the value of "stacks".
 * @param place the beginning of messages
 * @throws UsageError
 */
export function parseStackNames(value: unknown, place: string): readonly string[] {
    if (!Array.isArray(value)) {
        throw new UsageError(`${place} returns a value that ${describeValue(value)}; return a list of names`);
    }
    const wrong = value.filter((each) => typeof each !== "string" || !isStackName(each));
    if (value.length === 0 || wrong.length > 0) {
        throw new UsageError(
            value.length === 0
                ? `${place} is empty; name at least one stack`
                : `${place} has ${wrong.map((each) => JSON.stringify(each)).join(", ")} in it; use letters, digits, ".", "_" and "-" in the name of a stack`,
        );
    }
    return value as readonly string[]; // each was checked above
}

const maxProblems = 5;

/**
 * Checks the result of topologyOf.
 * @throws UsageError
 */
export function parseTopologyValue(value: unknown, place: string): Topology {
    const document = documentOf({ format: 1, stack: "", topology: value });
    const { topology, problems: found } = parseSnapshot(document);
    const problems = found.map((each) => withoutRoot(`${each.place}: ${each.message}`));
    if (problems.length === 0) {
        return topology;
    }
    if (typeof value !== "object" || value === null || !("brokerVersion" in value)) {
        const found = value === undefined ? "nothing" : "something else";
        throw new UsageError(
            `${place} returns ${found} instead of a topology; return the result of compile()`,
        );
    }
    const rest = problems.length - maxProblems;
    throw new UsageError(
        [
            `${place} returns an invalid topology; return the result of compile():`,
            ...problems.slice(0, maxProblems).map((each) => `- ${each}`),
            ...(rest > 0 ? [`- and ${rest} more`] : []),
        ].join("\n"),
    );
}

/** Removes the prefix `topology.` from the paths in a problem. */
function withoutRoot(text: string): string {
    return text.replace(/(^|")topology\./gu, "$1");
}

const accessSchema = z.object({
    endpoint: z.url({ protocol: /^https?$/u }),
    username: z.string().min(1),
    password: z.string(),
    amqp: z.url({ protocol: /^amqps?$/u }).exactOptional(),
});

/**
 * Checks the result of brokerOf.
 * @throws UsageError
 */
export function parseAccess(value: unknown, place: string): BrokerAccess {
    const parsed = accessSchema.safeParse(value);
    if (!parsed.success) {
        const keys = new Set(parsed.error.issues.map(({ path }) => path.join(".") || "endpoint"));
        throw new UsageError(
            `${place} returns an invalid ${quoted([...keys], " and ")}; return { endpoint: "http://host:15672", username, password }, or undefined if the stack does not run`,
        );
    }
    return parsed.data;
}

const passwordsSchema = z.record(z.string(), z.string());

/**
 * Checks the result of passwordsOf.
 * @throws UsageError
 */
export function parsePasswords(value: unknown, place: string): ReadonlyMap<string, string> {
    const parsed = passwordsSchema.safeParse(value);
    if (!parsed.success) {
        throw new UsageError(
            `${place} returns a value that is not a table of passwords; return { user: "password" }, or undefined if the stack does not run`,
        );
    }
    return new Map(Object.entries(parsed.data));
}
