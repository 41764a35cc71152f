import type { Binding, Policy, Queue, RetryRoute } from "../model/index.ts";

/** What one declared queue becomes on the broker. */
export interface CompiledQueue {
    readonly queues: readonly Queue[];
    readonly bindings: readonly Binding[];
    readonly policies: readonly Policy[];
    readonly retry?: RetryRoute;
}
