import type { Policy, PolicyDefinition, Queue, Service, Topology } from "../../../src/model/index.js";
import { devTopology } from "../environments.js";

/** A topology without findings, to be broken in one place. */
export const sound = devTopology("4.3");

/** The topology with one policy's definition changed. */
export function withDefinition(
    name: string,
    change: (definition: PolicyDefinition) => PolicyDefinition,
    topology: Topology = sound,
): Topology {
    const policies = topology.policies.map((each) =>
        each.name === name ? { ...each, definition: change(each.definition) } : each,
    );
    return { ...topology, policies };
}

/** The topology with one more policy, for all queues and exchanges unless `settings` says otherwise. */
export function withPolicy(name: string, settings: Partial<Policy>, topology: Topology = sound): Topology {
    const policy: Policy = {
        vhost: "spot",
        name,
        pattern: ".*",
        applyTo: "all",
        precedence: 0,
        definition: {},
        ...settings,
    };
    return { ...topology, policies: [...topology.policies, policy] };
}

/** The topology without the bindings of one key. */
export function withoutKey(routingKey: string, topology: Topology = sound): Topology {
    return { ...topology, bindings: topology.bindings.filter((each) => each.routingKey !== routingKey) };
}

export function withQueue(name: string, change: Partial<Queue>, topology: Topology = sound): Topology {
    const queues = topology.queues.map((each) => (each.name === name ? { ...each, ...change } : each));
    return { ...topology, queues };
}

export function withService(name: string, change: (service: Service) => Service): Topology {
    return { ...sound, services: sound.services.map((each) => (each.name === name ? change(each) : each)) };
}

/** The definition without the given keys. */
export function without(...keys: readonly string[]): (definition: PolicyDefinition) => PolicyDefinition {
    return (definition) =>
        Object.fromEntries(Object.entries(definition).filter(([key]) => !keys.includes(key)));
}
