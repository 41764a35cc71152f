import { limitTable, userLimitKeys, vhostLimitKeys, vhostLimitsComponent } from "../broker/limits.ts";
import type { Binding, Exchange, Policy, Queue, Topology } from "../model/index.ts";
import { definitionsFields, queueTypeNameOf, tagsOf } from "./definitionsFields.ts";
import { isObject } from "./objectReader.ts";

/** The part of a broker's exported definitions that a topology determines, without passwords and the broker's own metadata. */
export interface Definitions {
    readonly vhosts: readonly {
        readonly name: string;
        /** Only deletion protection; the other metadata belongs to the broker. */
        readonly metadata?: { readonly protected_from_deletion: true };
    }[];
    readonly users: readonly {
        readonly name: string;
        readonly tags: readonly string[];
        readonly limits: Readonly<Record<string, number>>;
    }[];
    readonly permissions: Topology["permissions"];
    readonly topic_permissions: Topology["topicPermissions"];
    readonly exchanges: readonly (Pick<
        Exchange,
        "vhost" | "name" | "type" | "durable" | "internal" | "arguments"
    > & {
        readonly auto_delete: boolean;
    })[];
    readonly queues: readonly (Pick<Queue, "vhost" | "name" | "type" | "durable" | "arguments"> & {
        readonly auto_delete: boolean;
    })[];
    readonly bindings: readonly (Pick<Binding, "vhost" | "source" | "destination" | "arguments"> & {
        readonly destination_type: Binding["destinationType"];
        readonly routing_key: string;
    })[];
    readonly policies: readonly (Pick<Policy, "vhost" | "name" | "pattern" | "definition"> & {
        readonly "apply-to": Policy["applyTo"];
        readonly priority: number;
    })[];
    /** Operator policies and the limits of virtual hosts, which brokers store as runtime parameters, and the parameters of plugins. */
    readonly parameters: readonly {
        readonly vhost: string;
        readonly component: string;
        readonly name: string;
        readonly value: unknown;
    }[];
}

const components = { operatorPolicy: "operator_policy", limits: vhostLimitsComponent } as const;

/**
 * A topology as the broker would export it, in canonical order.
 * @see https://www.rabbitmq.com/docs/definitions
 */
export function toDefinitions(topology: Topology): Definitions {
    return canonical({
        vhosts: topology.vhosts.map(({ name, protectedFromDeletion }) => ({
            name,
            ...(protectedFromDeletion === true && { metadata: { protected_from_deletion: true } }),
        })),
        users: topology.users.map(({ name, tags, limits }) => ({
            name,
            tags: [...tags].sort(),
            limits: limitTable(limits, userLimitKeys),
        })),
        permissions: topology.permissions,
        topic_permissions: topology.topicPermissions,
        exchanges: topology.exchanges.map(({ autoDelete, ...rest }) => ({
            ...rest,
            auto_delete: autoDelete,
        })),
        queues: topology.queues.map(({ vhost, name, type, durable, autoDelete, arguments: args }) => ({
            vhost,
            name,
            type,
            durable,
            auto_delete: autoDelete,
            arguments: { ...args, "x-queue-type": type },
        })),
        bindings: topology.bindings.map(({ destinationType, routingKey, ...rest }) => ({
            ...rest,
            destination_type: destinationType,
            routing_key: routingKey,
        })),
        policies: topology.policies.map(({ applyTo, precedence, ...rest }) => ({
            ...rest,
            "apply-to": applyTo,
            priority: precedence,
        })),
        parameters: [
            ...topology.operatorPolicies.map(({ vhost, name, pattern, applyTo, precedence, definition }) => ({
                vhost,
                component: components.operatorPolicy,
                name,
                value: { pattern, "apply-to": applyTo, priority: precedence, definition },
            })),
            ...topology.vhosts.flatMap(({ name, limits }) =>
                limits === undefined
                    ? []
                    : [
                          {
                              vhost: name,
                              component: components.limits,
                              name: "limits",
                              value: limitTable(limits, vhostLimitKeys),
                          },
                      ],
            ),
            ...(topology.parameters ?? []),
        ],
    });
}

/** A broker's export as parsed JSON, not yet validated. */
export type ExportedDefinitions = Readonly<Record<string, unknown>>;

/**
 * The same part of a broker's real export, in the same canonical order, so that both can be compared field by field.
 * @param vhost only objects of this virtual host
 * @param ignoredUsers other users, such as the administrator that declares the topology
 */
export function fromExport(
    exported: ExportedDefinitions,
    vhost: string,
    ignoredUsers: readonly string[] = [],
): Definitions {
    const list = (key: string): Record<string, unknown>[] =>
        (Array.isArray(exported[key]) ? exported[key] : []).filter(isObject);
    const inVhost = (key: keyof typeof definitionsFields): Record<string, unknown>[] =>
        list(key)
            .filter((each) => each["vhost"] === vhost)
            .map((each) => pick(each, definitionsFields[key]));
    const ofTopology = (each: Record<string, unknown>, field: string): boolean =>
        !ignoredUsers.includes(String(each[field]));
    const users = list("users").filter((each) => ofTopology(each, "name"));

    return canonical({
        vhosts: list("vhosts")
            .filter((each) => each["name"] === vhost)
            .map(({ name, metadata }) => ({
                name,
                ...(isObject(metadata) &&
                    metadata["protected_from_deletion"] === true && {
                        metadata: { protected_from_deletion: true },
                    }),
            })),
        users: users.map((each) => ({
            name: each["name"],
            tags: [...tagsOf(each["tags"])].sort(),
            limits: isObject(each["limits"]) ? each["limits"] : {},
        })),
        permissions: inVhost("permissions").filter((each) => ofTopology(each, "user")),
        topic_permissions: inVhost("topic_permissions").filter((each) => ofTopology(each, "user")),
        exchanges: inVhost("exchanges").map((each) => ({ internal: false, ...each })),
        queues: inVhost("queues").map((each) => ({ ...each, type: queueTypeNameOf(each) ?? "classic" })),
        bindings: inVhost("bindings"),
        policies: inVhost("policies"),
        parameters: inVhost("parameters").filter(({ component }) =>
            Object.values<unknown>(components).includes(component),
        ),
        // By construction, each list has the fields of Definitions; their values come unchecked from the broker.
    } as unknown as Definitions);
}

function pick(each: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(keys.filter((key) => key in each).map((key) => [key, each[key]]));
}

/** Sorts every list by its content and every object by its keys, so that equal topologies have equal text. */
export function canonical<T>(value: T): T {
    return sorted(value) as T; // sorting keeps the shape
}

function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value
            .map((each) => sorted(each))
            .map((each) => ({ each, text: JSON.stringify(each) }))
            .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
            .map(({ each }) => each);
    }
    if (isObject(value)) {
        return Object.fromEntries(
            Object.keys(value)
                .sort()
                .map((key) => [key, sorted(value[key])]),
        );
    }
    return value;
}
