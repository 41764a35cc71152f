import type { BrokerFeatures } from "../broker/features.ts";
import { groupBy } from "../lookup/groups.ts";
import type { ArgumentValue, PolicyDefinition } from "../model/index.ts";
import type { VhostObjects } from "./vhostObjects.ts";

/** The exchanges that all work queues of a virtual host share. */
export interface SharedExchanges {
    readonly deadLetterExchange?: string;
    readonly retryExchange?: string;
}

/** The definition of the policy of a queue; an empty one if it has none. */
export type DefinitionOf = (queue: string) => PolicyDefinition;

/** Two work queues with different dead-letter exchanges cannot be declared together: the most frequent ones are chosen. */
export function sharedExchanges(
    { queues, exchanges, bindings }: VhostObjects,
    definitionOf: DefinitionOf,
    { delayedRetry }: BrokerFeatures,
): SharedExchanges {
    const work = queues.filter(({ name }) => definitionOf(name)["dead-letter-routing-key"] === name);
    const existing = new Set(exchanges.map(({ name }) => name));
    const chosen = (values: readonly (ArgumentValue | undefined)[]): string | undefined =>
        mostFrequent(values.filter((each): each is string => typeof each === "string" && existing.has(each)));
    const deadLetterExchange = chosen(work.map(({ name }) => definitionOf(name)["dead-letter-exchange"]));
    const names = new Set(work.map(({ name }) => name));
    const retryExchange = delayedRetry
        ? undefined
        : (chosen(work.map(({ name }) => definitionOf(delayQueueOf(name, 1))["dead-letter-exchange"])) ??
          // Queues without retries have no delay queue, but this binding.
          chosen(
              bindings
                  .filter(
                      ({ destination, routingKey }) => destination === routingKey && names.has(destination),
                  )
                  .map(({ source }) => source),
          ));
    return {
        ...(deadLetterExchange !== undefined && { deadLetterExchange }),
        ...(retryExchange !== undefined && { retryExchange }),
    };
}

/** Whether the exchanges exist that the compiler adds for work queues. */
export function hasShared(
    { deadLetterExchange, retryExchange }: SharedExchanges,
    { delayedRetry }: BrokerFeatures,
): boolean {
    return deadLetterExchange !== undefined && (delayedRetry || retryExchange !== undefined);
}

function mostFrequent(values: readonly string[]): string | undefined {
    const groups = [...groupBy(values, (each) => each).values()];
    return groups.sort((a, b) => b.length - a.length)[0]?.[0];
}

/** The queue in which a message waits for an attempt, on brokers without delayed retries. */
export function delayQueueOf(queue: string, attempt: number): string {
    return `${queue}.retry.${attempt}`;
}
