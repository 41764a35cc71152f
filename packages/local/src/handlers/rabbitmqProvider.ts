import { randomUUID } from "node:crypto";
import { z } from "zod";
import { localHandler } from "../handler.ts";

/** A broker's address. The first request is sent when the first of its resources is created. */
export const rabbitmqProvider = localHandler({
    type: "pulumi:providers:rabbitmq",
    noun: "rabbitmq provider",
    inputs: z.strictObject({
        endpoint: z.string(),
        username: z.string(),
        password: z.string(),
    }),
    create: (access, _registration, { brokers }) => {
        const id = randomUUID();
        brokers.add(id, access);
        return { id };
    },
});
