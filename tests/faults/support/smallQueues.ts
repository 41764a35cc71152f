import { exactPattern } from "@spot-messaging/topology";
import { eventually } from "../../broker/support/eventually.ts";
import type { Site } from "./site.ts";

const policy = "small-queues";

/** So many messages fill a queue while {@link withSmallQueues} runs. */
export const smallLength = 10;

interface QueueSettings {
    readonly name: string;
    readonly effective_policy_definition?: Readonly<Record<string, unknown>>;
}

/**
 * Limits queues to a few messages by an operator policy while a function runs, instead of filling tens of thousands. The broker takes the
 * smaller of all limits, so nothing else changes.
 */
export async function withSmallQueues<T>(
    { cluster }: Site,
    vhost: string,
    names: readonly string[],
    use: () => Promise<T>,
): Promise<T> {
    const api = await cluster.api();
    await api.putOperatorPolicy(vhost, policy, {
        pattern: exactPattern(...names),
        "apply-to": "queues",
        priority: 10_000,
        definition: { "max-length": smallLength },
    });
    try {
        await eventually("the limits of small queues", async () => {
            // What the broker applies.
            const queues = (await api.get(["queues", vhost])) as readonly QueueSettings[];
            const limited = queues.filter(
                (each) => each.effective_policy_definition?.["max-length"] === smallLength,
            );
            return names.every((name) => limited.some((each) => each.name === name)) ? true : undefined;
        });
        return await use();
    } finally {
        await (await cluster.api()).deleteOperatorPolicy(vhost, policy);
    }
}
