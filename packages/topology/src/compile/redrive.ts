import { deadLetterQueueOf, type QueueDeclaration } from "../declare/queueDeclaration.ts";
import type { Service } from "../model/index.ts";

/** The work queues that messages are redriven to: a service that redrives inspects their dead-letter queues. */
export function redrivenQueues(
    queues: readonly QueueDeclaration[],
    services: readonly Pick<Service, "redrives" | "inspects">[],
): ReadonlySet<string> {
    const inspected = new Set(services.flatMap(({ redrives, inspects }) => (redrives ? inspects : [])));
    return new Set(
        queues
            .filter(({ purpose, name }) => purpose === "work" && inspected.has(deadLetterQueueOf(name)))
            .map(({ name }) => name),
    );
}
