import { z } from "zod";
import { localHandler } from "../handler.ts";
import { brokerName, vhostName } from "./brokerName.ts";

export const permissions = localHandler({
    type: "rabbitmq:index/permissions:Permissions",
    noun: "permissions",
    concurrency: 4,
    inputs: z.strictObject({
        user: brokerName,
        vhost: vhostName,
        permissions: z.strictObject({ configure: z.string(), write: z.string(), read: z.string() }),
    }),
    create: async (inputs, registration, context) => {
        const api = await context.brokers.api(registration, context);
        await api.putPermissions(inputs.vhost, inputs.user, inputs.permissions);
        return { id: `${inputs.user}@${inputs.vhost}`, state: { vhost: inputs.vhost } };
    },
});
