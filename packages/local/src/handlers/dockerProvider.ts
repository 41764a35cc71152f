import { randomUUID } from "node:crypto";
import { z } from "zod";
import { localHandler } from "../handler.ts";

/** Accepted without settings, because a local run uses the Docker Engine that its caller connected to. */
export const dockerProvider = localHandler({
    type: "pulumi:providers:docker",
    noun: "docker provider",
    inputs: z.strictObject({
        // The SDK fills in DOCKER_HOST; the caller's connection uses it too.
        host: z
            .string()
            .refine((host) => host === process.env["DOCKER_HOST"], {
                error: "a local run uses the Docker Engine of DOCKER_HOST",
            })
            .optional(),
    }),
    create: () => ({ id: randomUUID() }),
});
