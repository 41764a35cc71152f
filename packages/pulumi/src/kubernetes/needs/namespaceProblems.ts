import { z } from "zod";
import type { KubernetesReader } from "../server/kubernetesReader.ts";

const namespaceObject = z.object({
    metadata: z.object({ deletionTimestamp: z.string().optional() }),
    status: z
        .object({
            conditions: z
                .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
                .default([]),
        })
        .default({ conditions: [] }),
});

/** What ends a deletion that something holds up, by the condition that reports it. */
const waysOut: Readonly<Record<string, string>> = {
    NamespaceFinalizersRemaining: "have an administrator start the software that removes these finalizers",
    NamespaceDeletionDiscoveryFailure:
        "have an administrator start the server of this API, or delete its APIService if nothing serves it",
};

/** A namespace that is being deleted: Kubernetes refuses every new object in it. */
export async function namespaceProblems(reader: KubernetesReader, name: string): Promise<readonly string[]> {
    const answer = await reader.get(`/api/v1/namespaces/${name}`);
    if (answer.kind !== "found") {
        // The identity may create it.
        return [];
    }
    const { metadata, status } = namespaceObject.parse(answer.value);
    if (metadata.deletionTimestamp === undefined) {
        return [];
    }
    const met = status.conditions.filter((each) => each.status === "True" && each.message !== "");
    const reasons = met.map(({ message }) => message.replace(/\.$/, ""));
    const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
    const steps = [
        ...met.flatMap(({ type }) => waysOut[type] ?? []),
        "wait until it is deleted",
        "have an administrator create it again with the rights of the deploying identity",
    ];
    return [
        `namespace "${name}": is being deleted since ${metadata.deletionTimestamp}${why}; ${steps.join(", ")}, and run the command again`,
    ];
}
