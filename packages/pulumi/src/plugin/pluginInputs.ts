import * as pulumi from "@pulumi/pulumi";
import { brokerVersions, type DeclarationInput, UsageError } from "@spot-messaging/topology";
import { describeValue } from "@spot-messaging/topology/text";
import { z } from "zod";
import { clusterSchema } from "../cluster/clusterInput.ts";

const brokerVersion = z.enum(brokerVersions, {
    error: `write one of ${brokerVersions.map((each) => `"${each}"`).join(", ")}`,
});
const vhosts = { error: "write a list of virtual hosts, each as plain data" };
const vhost = z.custom<DeclarationInput>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    { error: 'write a virtual host as plain data: "vhost", "exchanges", "queues" and so on' },
);

/** What the inputs of each component must be; the schema that the engine gets describes the same. */
export const topologyInputs = z.object({
    brokerVersion,
    vhosts: z.array(vhost, vhosts).min(1, vhosts), // declare() reads each
});

export const clusterInputs = z.object({
    brokerVersion,
    cluster: clusterSchema,
    prefix: z.string({ error: "write a text" }).exactOptional(),
    retain: z.boolean({ error: "write true or false" }).exactOptional(),
});

/**
 * Reads what a program in another language gave a component.
 * @throws UsageError with all problems together
 */
export function readInputs<T>(schema: z.ZodType<T>, inputs: pulumi.Inputs): T {
    const unknown = Object.entries(inputs).flatMap(([name, value]) => outputsIn(name, value));
    if (unknown.length > 0) {
        throw new UsageError(
            unknown
                .map(
                    (place) =>
                        `${place}: depends on the output of a resource; write plain values, since they decide which resources there are`,
                )
                .join("\n"),
        );
    }
    const { data, error } = schema.safeParse(inputs, { reportInput: true });
    if (error !== undefined) {
        throw new UsageError(error.issues.map(problemOf).join("\n"));
    }
    return data;
}

/** The places of the outputs in a value. */
function outputsIn(place: string, value: unknown): readonly string[] {
    if (pulumi.Output.isInstance(value)) {
        return [place];
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => outputsIn(`${place}.${key}`, inner))
        : [];
}

function problemOf(issue: z.core.$ZodIssue): string {
    const place = issue.path.map(String).join(".");
    return issue.code === "unrecognized_keys"
        ? `${place}: ${issue.message}`
        : `${place}: ${state(issue)}; ${issue.message}`;
}

function state({ code, input, ...issue }: z.core.$ZodIssue): string {
    if (Array.isArray(input) && code === "too_small") {
        return input.length === 0 ? "is empty" : `has ${input.length} of them`;
    }
    // Of a union, zod says where its kind should be, and shows the whole.
    const isKind = code === "invalid_union" && issue.path.at(-1) === "kind";
    return describeValue(isKind ? (input as Readonly<Record<string, unknown>>)["kind"] : input);
}
