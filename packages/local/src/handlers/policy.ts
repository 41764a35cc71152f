import type { PolicyBody } from "@spot-messaging/management";
import { definitionValue } from "@spot-messaging/topology/provider";
import { z } from "zod";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { brokerName } from "./brokerName.ts";

const rules = z.strictObject({
    pattern: z.string(),
    applyTo: z.string(),
    priority: z.int(),
    definition: z.record(z.string(), z.string()),
});
const inputs = z.strictObject({ name: brokerName.optional(), vhost: brokerName, policy: rules });

export const policy = localHandler({
    type: "rabbitmq:index/policy:Policy",
    noun: "policy",
    concurrency: 4,
    inputs,
    create: async ({ vhost, ...given }, registration, context) => {
        const api = await context.brokers.api(registration, context);
        const name = autoName(given.name, registration);
        await api.putPolicy(vhost, name, policyBody(given.policy));
        return { id: `${name}@${vhost}`, state: { name } };
    },
});

export const operatorPolicy = localHandler({
    type: "rabbitmq:index/operatorPolicy:OperatorPolicy",
    noun: "operator policy",
    concurrency: 4,
    inputs,
    create: async ({ vhost, ...given }, registration, context) => {
        const api = await context.brokers.api(registration, context);
        const name = autoName(given.name, registration);
        await api.putOperatorPolicy(vhost, name, policyBody(given.policy));
        return { id: `${name}@${vhost}`, state: { name } };
    },
});

function policyBody({ applyTo, definition, ...rest }: z.infer<typeof rules>): PolicyBody {
    const entries = Object.entries(definition).map(
        ([key, value]) => [key, definitionValue(key, value)] as const,
    );
    return { ...rest, "apply-to": applyTo, definition: Object.fromEntries(entries) };
}
