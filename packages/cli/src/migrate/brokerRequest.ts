import { type ManagementApi, orMissing } from "@spot-messaging/management";
import { type Binding, type Policy, UserError } from "@spot-messaging/topology";
import type { BrokerObject } from "@spot-messaging/topology/migrate";
import { brokerFields } from "@spot-messaging/topology/migrate";
import { z } from "zod";

/** Creates or changes an object. A queue or exchange that exists must be equal. */
export async function putObject(api: ManagementApi, object: BrokerObject): Promise<void> {
    const { kind, noun } = object;
    switch (kind) {
        case "vhost":
            await api.putVhost(noun.name, {
                ...(noun.defaultQueueType !== undefined && { default_queue_type: noun.defaultQueueType }),
            });
            return;
        case "user":
            throw new UserError(
                `user "${noun.name}" does not exist as the plan declares it; create or change it first, with its password`,
            );
        case "permission":
            await api.putPermissions(noun.vhost, noun.user, {
                configure: noun.configure,
                write: noun.write,
                read: noun.read,
            });
            return;
        case "topic permission":
            await api.putTopicPermission(noun.vhost, noun.user, {
                exchange: noun.exchange,
                write: noun.write,
                read: noun.read,
            });
            return;
        case "exchange":
            await api.put(["exchanges", noun.vhost, noun.name], {
                type: noun.type,
                durable: noun.durable,
                auto_delete: noun.autoDelete,
                internal: noun.internal,
                arguments: noun.arguments,
            });
            return;
        case "policy":
            await api.putPolicy(noun.vhost, noun.name, policyBody(noun));
            return;
        case "operator policy":
            await api.putOperatorPolicy(noun.vhost, noun.name, policyBody(noun));
            return;
        case "parameter":
            await api.put(["parameters", noun.component, noun.vhost, noun.name], { value: noun.value });
            return;
        case "queue":
            await api.declareQueue(noun.vhost, noun.name, {
                durable: noun.durable,
                auto_delete: noun.autoDelete,
                arguments: { ...noun.arguments, "x-queue-type": noun.type },
            });
            return;
        case "binding":
            await api.declareBinding(noun.vhost, noun);
            return;
    }
}

/** A policy as the management API takes it. */
export function policyBody({
    pattern,
    applyTo,
    precedence,
    definition,
}: Policy): Parameters<ManagementApi["putPolicy"]>[2] {
    return { pattern, "apply-to": applyTo, priority: precedence, definition };
}

/** An object that is deleted without a look at its content; queues are not among them. */
export type DeletableObject = Exclude<BrokerObject, { readonly kind: "queue" }>;

/** Deletes an object. One that does not exist is deleted already. */
export async function deleteObject(api: ManagementApi, object: DeletableObject): Promise<void> {
    const { kind, noun } = object;
    switch (kind) {
        case "vhost":
            await orMissing(api.deleteVhost(noun.name));
            return;
        case "user":
            await orMissing(api.deleteUser(noun.name));
            return;
        case "permission":
            await orMissing(api.deletePermissions(noun.vhost, noun.user));
            return;
        case "topic permission":
            await orMissing(api.delete(["topic-permissions", noun.vhost, noun.user, noun.exchange]));
            return;
        case "exchange":
            await orMissing(api.deleteExchange(noun.vhost, noun.name));
            return;
        case "policy":
            await orMissing(api.deletePolicy(noun.vhost, noun.name));
            return;
        case "operator policy":
            await orMissing(api.deleteOperatorPolicy(noun.vhost, noun.name));
            return;
        case "parameter":
            await orMissing(api.delete(["parameters", noun.component, noun.vhost, noun.name]));
            return;
        case "binding":
            for (const key of await propertiesKeys(api, noun)) {
                await orMissing(api.deleteBinding(noun.vhost, noun, key));
            }
    }
}

const bindings = z.array(
    z.object({
        routing_key: z.string(),
        arguments: z.record(z.string(), z.unknown()),
        properties_key: z.string(),
    }),
);

/** The broker identifies a binding between two ends by a key of its own. */
async function propertiesKeys(api: ManagementApi, binding: Binding): Promise<readonly string[]> {
    const { vhost, source, destination, destinationType } = binding;
    const found = await api.get([
        "bindings",
        vhost,
        "e",
        source,
        destinationType === "queue" ? "q" : "e",
        destination,
    ]);
    return bindings
        .parse(found)
        .filter(
            (each) =>
                each.routing_key === binding.routingKey &&
                brokerFields(each.arguments) === brokerFields(binding.arguments),
        )
        .map((each) => each.properties_key);
}
