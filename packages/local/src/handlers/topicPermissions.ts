import { z } from "zod";
import { localHandler } from "../handler.ts";
import { brokerName, vhostName } from "./brokerName.ts";

export const topicPermissions = localHandler({
    type: "rabbitmq:index/topicPermissions:TopicPermissions",
    noun: "topic permissions",
    concurrency: 4,
    inputs: z.strictObject({
        user: brokerName,
        vhost: vhostName,
        permissions: z.array(z.strictObject({ exchange: z.string(), write: z.string(), read: z.string() })),
    }),
    create: async (inputs, registration, context) => {
        const api = await context.brokers.api(registration, context);
        // The broker stores one record for each exchange.
        for (const permission of inputs.permissions) {
            await api.putTopicPermission(inputs.vhost, inputs.user, permission);
        }
        return { id: `${inputs.user}@${inputs.vhost}`, state: { vhost: inputs.vhost } };
    },
});
