import { z } from "zod";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { brokerName } from "./brokerName.ts";

export const user = localHandler({
    type: "rabbitmq:index/user:User",
    noun: "user",
    concurrency: 4,
    inputs: z.strictObject({
        name: brokerName.optional(),
        password: z.string(),
        tags: z.array(z.string()).default([]),
    }),
    create: async (inputs, registration, context) => {
        const api = await context.brokers.api(registration, context);
        const name = autoName(inputs.name, registration);
        await api.putUser(name, { password: inputs.password, tags: inputs.tags });
        return { id: name, state: { name } };
    },
});
