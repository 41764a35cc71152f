import { randomUUID } from "node:crypto";
import { z } from "zod";
import { localHandler } from "../handler.ts";

/** Accepted without settings: a local run uses one Docker Engine, the one that its caller connected to. */
export const dockerProvider = localHandler({
    type: "pulumi:providers:docker",
    noun: "docker provider",
    inputs: z.strictObject({
        // The SDK fills in DOCKER_HOST, from which the caller's connection comes as well.
        host: z
            .string()
            .refine((host) => host === process.env["DOCKER_HOST"], {
                error: "a local run uses the Docker Engine of DOCKER_HOST",
            })
            .optional(),
    }),
    create: () => ({ id: randomUUID() }),
});
