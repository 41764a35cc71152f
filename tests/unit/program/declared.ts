import { z } from "zod";
import { canonical, type Definitions } from "../../../packages/topology/src/definitions/definitions.ts";
import type { Registration } from "./recorder.ts";

const args = z.record(z.string(), z.unknown());
const json = z
    .string()
    .transform((text) => args.parse(JSON.parse(text)))
    .default({});
const texts = z.record(z.string(), z.string());

const vhostInputs = z.strictObject({ name: z.string() });
const userInputs = z.strictObject({ name: z.string(), password: z.string(), tags: z.array(z.string()) });
const permissionInputs = z.strictObject({
    user: z.string(),
    vhost: z.string(),
    permissions: z.strictObject({ configure: z.string(), write: z.string(), read: z.string() }),
});
const topicInputs = z.strictObject({
    user: z.string(),
    vhost: z.string(),
    permissions: z.array(z.strictObject({ exchange: z.string(), write: z.string(), read: z.string() })),
});
const exchangeInputs = z.strictObject({
    vhost: z.string(),
    name: z.string(),
    settings: z.strictObject({
        type: z.string(),
        durable: z.boolean(),
        autoDelete: z.boolean(),
        arguments: texts.default({}),
    }),
});
const queueInputs = z.strictObject({
    vhost: z.string(),
    name: z.string(),
    settings: z.strictObject({ durable: z.boolean(), autoDelete: z.boolean(), argumentsJson: json }),
});
const bindingInputs = z.strictObject({
    vhost: z.string(),
    source: z.string(),
    destination: z.string(),
    destinationType: z.string(),
    routingKey: z.string(),
    argumentsJson: json,
});
const policyInputs = z.strictObject({
    vhost: z.string(),
    name: z.string(),
    policy: z.strictObject({
        pattern: z.string(),
        applyTo: z.string(),
        priority: z.number(),
        definition: texts,
    }),
});

/** As the provider sends a policy's value: what looks like an integer goes out as one. */
function sent(text: string): string | number {
    return /^-?\d+$/.test(text) ? Number(text) : text;
}

function sentDefinition(definition: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(definition).map(([key, value]) => [key, sent(value)]));
}

/**
 * What a broker would hold after these registrations, the way back from the translators. Inputs that it does not know make it throw,
 * so that nothing is compared away.
 */
export function declaredBy(registrations: readonly Registration[]): Definitions {
    const all = <T>(type: string, schema: z.ZodType<T>): readonly T[] =>
        registrations
            .filter((each) => each.type.startsWith(`rabbitmq:index/${type}:`))
            .map(({ inputs }) => schema.parse(inputs));
    const declared: Record<keyof Definitions, readonly object[]> = {
        vhosts: all("vHost", vhostInputs),
        users: all("user", userInputs).map(({ name, tags }) => ({ name, tags, limits: {} })),
        permissions: all("permissions", permissionInputs).map(({ permissions, ...rest }) => ({
            ...rest,
            ...permissions,
        })),
        topic_permissions: all("topicPermissions", topicInputs).flatMap(({ permissions, ...rest }) =>
            permissions.map((each) => ({ ...rest, ...each })),
        ),
        exchanges: all("exchange", exchangeInputs).map(({ settings, ...rest }) => ({
            ...rest,
            type: settings.type,
            durable: settings.durable,
            auto_delete: settings.autoDelete,
            // The provider has no such input.
            internal: false,
            arguments: settings.arguments,
        })),
        queues: all("queue", queueInputs).map(({ settings, ...rest }) => ({
            ...rest,
            type: settings.argumentsJson["x-queue-type"],
            durable: settings.durable,
            auto_delete: settings.autoDelete,
            arguments: settings.argumentsJson,
        })),
        bindings: all("binding", bindingInputs).map(
            ({ destinationType, routingKey, argumentsJson, ...rest }) => ({
                ...rest,
                destination_type: destinationType,
                routing_key: routingKey,
                arguments: argumentsJson,
            }),
        ),
        parameters: all("operatorPolicy", policyInputs).map(({ vhost, name, policy }) => ({
            vhost,
            component: "operator_policy",
            name,
            value: {
                pattern: policy.pattern,
                "apply-to": policy.applyTo,
                priority: policy.priority,
                definition: sentDefinition(policy.definition),
            },
        })),
        policies: all("policy", policyInputs).map(({ policy, ...rest }) => ({
            ...rest,
            pattern: policy.pattern,
            "apply-to": policy.applyTo,
            priority: policy.priority,
            definition: sentDefinition(policy.definition),
        })),
    };
    return canonical(declared) as Definitions; // checked by comparison with the model's own
}
