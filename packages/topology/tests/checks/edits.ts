import type {
    Binding,
    Exchange,
    Parameter,
    Permission,
    Policy,
    PolicyDefinition,
    Queue,
    Service,
    TopicPermission,
    Topology,
    User,
} from "../../src/model/index.ts";
import { binding, exchange, queue, service } from "../../src/model/index.ts";

/** A change of one part of a topology; it returns another topology. */
export type Edit = (topology: Topology) => Topology;

/** Several edits in order. */
export function all(...edits: readonly Edit[]): Edit {
    return (topology) => edits.reduce((edited, edit) => edit(edited), topology);
}

/** Changes the definition of a policy. */
export function define(name: string, change: (definition: PolicyDefinition) => PolicyDefinition): Edit {
    return (topology) => ({
        ...topology,
        policies: topology.policies.map((each) =>
            each.name === name ? { ...each, definition: change(each.definition) } : each,
        ),
    });
}

/** Adds keys to the policy of a queue. */
export function set(queueName: string, definition: PolicyDefinition): Edit {
    return define(`queue.${queueName}`, (before) => ({ ...before, ...definition }));
}

/** Removes keys from a definition. */
export function without(...keys: readonly string[]): (definition: PolicyDefinition) => PolicyDefinition {
    return (definition) =>
        Object.fromEntries(Object.entries(definition).filter(([key]) => !keys.includes(key)));
}

/** Removes keys from the policy of a queue. */
export function unset(queueName: string, ...keys: readonly string[]): Edit {
    return define(`queue.${queueName}`, without(...keys));
}

/** The first virtual host, which the edits below use by default. */
function home(topology: Topology): string {
    return topology.vhosts[0]?.name ?? "";
}

function policyIn(topology: Topology, name: string, settings: Partial<Policy>): Policy {
    const defaults = { pattern: ".*", applyTo: "all", precedence: 0, definition: {} } as const;
    return { vhost: home(topology), name, ...defaults, ...settings };
}

/** Adds a policy, which applies to everything by default. */
export function addPolicy(name: string, settings: Partial<Policy>): Edit {
    return (topology) => ({
        ...topology,
        policies: [...topology.policies, policyIn(topology, name, settings)],
    });
}

export function addOperatorPolicy(name: string, settings: Partial<Policy>): Edit {
    return (topology) => ({
        ...topology,
        operatorPolicies: [...topology.operatorPolicies, policyIn(topology, name, settings)],
    });
}

/** Removes the operator policies. */
export const uncap: Edit = (topology) => ({ ...topology, operatorPolicies: [] });

export function editPolicy(name: string, change: Partial<Policy>): Edit {
    return (topology) => ({
        ...topology,
        policies: topology.policies.map((each) => (each.name === name ? { ...each, ...change } : each)),
    });
}

export function removePolicy(name: string): Edit {
    return (topology) => ({
        ...topology,
        policies: topology.policies.filter((each) => each.name !== name),
    });
}

export function editQueue(name: string, change: Partial<Queue>): Edit {
    return (topology) => ({
        ...topology,
        queues: topology.queues.map((each) => (each.name === name ? { ...each, ...change } : each)),
    });
}

export function addQueue(
    name: string,
    type: Queue["type"] = "quorum",
    settings: Parameters<typeof queue>[3] = {},
): Edit {
    return (topology) => ({
        ...topology,
        queues: [...topology.queues, queue(home(topology), name, type, settings)],
    });
}

export function removeQueue(name: string): Edit {
    return (topology) => ({
        ...topology,
        queues: topology.queues.filter((each) => each.name !== name),
        bindings: topology.bindings.filter((each) => each.destination !== name),
    });
}

export function addParameter(component: string, name: string, value: Parameter["value"]): Edit {
    return (topology) => ({
        ...topology,
        parameters: [
            ...(topology.parameters ?? []).filter(
                (each) => each.component !== component || each.name !== name,
            ),
            { vhost: home(topology), component, name, value },
        ],
    });
}

export function removeParameter(name: string): Edit {
    return (topology) => ({
        ...topology,
        parameters: topology.parameters?.filter((each) => each.name !== name) ?? [],
    });
}

export function addExchange(
    name: string,
    type: Exchange["type"],
    settings: Parameters<typeof exchange>[3] = {},
): Edit {
    return (topology) => ({
        ...topology,
        exchanges: [...topology.exchanges, exchange(home(topology), name, type, settings)],
    });
}

export function editExchange(name: string, change: Partial<Exchange>): Edit {
    return (topology) => ({
        ...topology,
        exchanges: topology.exchanges.map((each) => (each.name === name ? { ...each, ...change } : each)),
    });
}

export function removeExchange(name: string): Edit {
    return (topology) => ({
        ...topology,
        exchanges: topology.exchanges.filter((each) => each.name !== name),
        bindings: topology.bindings.filter((each) => each.source !== name),
    });
}

export function bind(
    source: string,
    destination: string,
    routingKey: string,
    settings: Parameters<typeof binding>[4] = {},
): Edit {
    return (topology) => ({
        ...topology,
        bindings: [...topology.bindings, binding(home(topology), source, destination, routingKey, settings)],
    });
}

export function unbind(of: (binding: Binding) => boolean): Edit {
    return (topology) => ({ ...topology, bindings: topology.bindings.filter((each) => !of(each)) });
}

export function unbindKey(routingKey: string): Edit {
    return unbind((each) => each.routingKey === routingKey);
}

export function editService(name: string, change: (service: Service) => Partial<Service>): Edit {
    return (topology) => ({
        ...topology,
        services: topology.services.map((each) => (each.name === name ? { ...each, ...change(each) } : each)),
    });
}

export function addService(name: string, settings: Partial<Omit<Service, "vhost" | "name">>): Edit {
    return (topology) => ({
        ...topology,
        services: [...topology.services, service(home(topology), name, settings)],
    });
}

export function addUser(name: string, tags: User["tags"] = []): Edit {
    return (topology) => ({ ...topology, users: [...topology.users, { name, tags }] });
}

export function editUser(name: string, change: Partial<User>): Edit {
    return (topology) => ({
        ...topology,
        users: topology.users.map((each) => (each.name === name ? { ...each, ...change } : each)),
    });
}

export function removeUser(name: string): Edit {
    return (topology) => ({ ...topology, users: topology.users.filter((each) => each.name !== name) });
}

export function permit(user: string, change: Partial<Permission>): Edit {
    return (topology) => ({
        ...topology,
        permissions: topology.permissions.map((each) => (each.user === user ? { ...each, ...change } : each)),
    });
}

export function addPermission(user: string, settings: Partial<Permission>): Edit {
    return (topology) => ({
        ...topology,
        permissions: [
            ...topology.permissions,
            { user, vhost: home(topology), configure: "^$", write: "^$", read: "^$", ...settings },
        ],
    });
}

export function removePermission(user: string): Edit {
    return (topology) => ({
        ...topology,
        permissions: topology.permissions.filter((each) => each.user !== user),
    });
}

export function permitKeys(user: string, exchangeName: string, change: Partial<TopicPermission>): Edit {
    return (topology) => ({
        ...topology,
        topicPermissions: topology.topicPermissions.map((each) =>
            each.user === user && each.exchange === exchangeName ? { ...each, ...change } : each,
        ),
    });
}

export function removeTopicPermission(user: string, exchangeName: string): Edit {
    return (topology) => ({
        ...topology,
        topicPermissions: topology.topicPermissions.filter(
            (each) => each.user !== user || each.exchange !== exchangeName,
        ),
    });
}
