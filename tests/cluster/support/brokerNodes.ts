import { kubectl } from "./kubectl.ts";
import { type Pod, podsIn } from "./pods.ts";
import { prodNamespace } from "./prodValues.ts";
import type { Site } from "./site.ts";

/** How many nodes the broker has. */
export const brokerSize = 3;

/** The pod of a node of the broker. */
export function brokerPod(index: number): string {
    return `rabbitmq-server-${index}`;
}

/** The pods of all nodes of the broker. */
export async function brokerPods({ cluster }: Site): Promise<readonly Pod[]> {
    return (await podsIn(cluster, prodNamespace)).filter(
        ({ metadata }) => metadata.labels["app.kubernetes.io/name"] === "rabbitmq",
    );
}

/** Runs a command in the broker's container of a node. @returns its output */
export async function onBroker(
    { cluster }: Site,
    index: number,
    ...command: readonly string[]
): Promise<string> {
    return await kubectl(cluster, [
        ...["exec", "-n", prodNamespace, brokerPod(index), "-c", "rabbitmq", "--", ...command],
    ]);
}
