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
    const reasons = status.conditions
        .filter((each) => each.status === "True" && each.message !== "")
        .map(({ message }) => message.replace(/\.$/, ""));
    const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
    return [
        `namespace "${name}": is being deleted since ${metadata.deletionTimestamp}${why}; wait until it is deleted, have an administrator create it again with the rights of the deploying identity, and run the command again`,
    ];
}
