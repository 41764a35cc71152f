import { z } from "zod";
import type { Cluster } from "./cluster.ts";

/** The parts of a pod that experiments look at. */
export const podShape = z.looseObject({
    metadata: z.looseObject({
        name: z.string(),
        uid: z.string(),
        namespace: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        deletionTimestamp: z.string().optional(),
    }),
    spec: z.looseObject({
        nodeName: z.string().optional(),
        containers: z.array(z.looseObject({ name: z.string(), image: z.string() })),
    }),
    status: z.looseObject({
        phase: z.string(),
        podIP: z.string().optional(),
        conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
        containerStatuses: z
            .array(
                z.looseObject({
                    name: z.string(),
                    restartCount: z.number(),
                    state: z.looseObject({ waiting: z.looseObject({ reason: z.string() }).optional() }),
                    lastState: z
                        .looseObject({
                            terminated: z
                                .looseObject({ reason: z.string(), exitCode: z.number() })
                                .optional(),
                        })
                        .optional(),
                }),
            )
            .default([]),
    }),
});

export type Pod = z.infer<typeof podShape>;

/** All pods of a namespace, also those that end. */
export async function podsIn({ client }: Cluster, namespace: string): Promise<readonly Pod[]> {
    const { items } = z
        .object({ items: z.array(podShape) })
        .parse(await client.get(`/api/v1/namespaces/${namespace}/pods`));
    return items;
}

export function isReady({ status, metadata }: Pod): boolean {
    return (
        metadata.deletionTimestamp === undefined &&
        status.conditions.some(({ type, status: value }) => type === "Ready" && value === "True")
    );
}
