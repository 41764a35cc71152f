import type { QueueDeclaration } from "../declare/queueDeclaration.ts";
import {
    type Arguments,
    type Binding,
    binding,
    type Policy,
    type Queue,
    type RetryRoute,
} from "../model/index.ts";

/** The objects that one declared queue is compiled to. */
export interface CompiledQueue {
    readonly queues: readonly Queue[];
    readonly bindings: readonly Binding[];
    readonly policies: readonly Policy[];
    readonly retry?: RetryRoute;
}

/** The bindings of a queue to its sources. */
export function bindingsOf(
    vhost: string,
    { name, sources }: Pick<QueueDeclaration, "name" | "sources">,
): readonly Binding[] {
    return sources.map((source) =>
        binding(vhost, source.exchange, name, source.routingKey, { arguments: source.arguments }),
    );
}

/** A single active consumer can be set only by argument. */
export function argumentsOf({ singleActiveConsumer }: { readonly singleActiveConsumer: boolean }): Arguments {
    return singleActiveConsumer ? { "x-single-active-consumer": true } : {};
}
