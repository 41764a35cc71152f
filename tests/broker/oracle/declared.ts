import type { Policy, Topology } from "@spot-messaging/topology";
import { emptyTopology } from "@spot-messaging/topology";
import type { OracleBroker } from "./broker.ts";

/** A topology of one virtual host, `vhost`, with nothing else in it. */
export function topologyIn(vhost: string, broker: OracleBroker, parts: Partial<Topology>): Topology {
    return {
        ...emptyTopology(broker.version),
        vhosts: [{ name: vhost }],
        ...parts,
    };
}

/** Declares a topology as fast as the broker can: one import, and one request for each operator policy. */
export async function declare(broker: OracleBroker, vhost: string, topology: Topology): Promise<void> {
    for (const policy of topology.operatorPolicies) {
        await broker.api.putOperatorPolicy(vhost, policy.name, bodyOf(policy));
    }
    await broker.api.post(["definitions", vhost], {
        policies: topology.policies.map((policy) => ({ name: policy.name, ...bodyOf(policy) })),
        exchanges: topology.exchanges.map(
            ({ name, type, durable, internal, autoDelete, arguments: args }) => ({
                name,
                type,
                durable,
                internal,
                auto_delete: autoDelete,
                arguments: args,
            }),
        ),
        queues: topology.queues.map(({ name, type, durable, autoDelete, arguments: args }) => ({
            name,
            durable,
            auto_delete: autoDelete,
            arguments: { ...args, "x-queue-type": type },
        })),
        bindings: topology.bindings.map(
            ({ source, destination, destinationType, routingKey, arguments: args }) => ({
                source,
                destination,
                destination_type: destinationType,
                routing_key: routingKey,
                arguments: args,
            }),
        ),
    });
}

export function bodyOf({ pattern, applyTo, precedence, definition }: Policy): {
    readonly pattern: string;
    readonly "apply-to": string;
    readonly priority: number;
    readonly definition: Policy["definition"];
} {
    return { pattern, "apply-to": applyTo, priority: precedence, definition };
}
