import { z } from "zod";
import { localHandler } from "../handler.ts";
import { presentImage } from "./presentImage.ts";

/** Local runs never remove an image, so `keepLocally` has no effect. */
export const remoteImage = localHandler({
    type: "docker:index/remoteImage:RemoteImage",
    noun: "image",
    concurrency: 2,
    inputs: z.strictObject({
        name: z.string(),
        keepLocally: z.boolean().optional(),
        forceRemove: z.boolean().optional(),
        // With triggers, the engine decides when to pull again; a local run ignores them.
        pullTriggers: z.array(z.string()).optional(),
        triggers: z.record(z.string(), z.string()).optional(),
    }),
    create: async ({ name }, registration, context) => {
        const image = await presentImage(name, registration, context);
        return {
            id: `${image.Id}${name}`,
            // A locally built or imported image has no registry digest.
            state: { imageId: image.Id, repoDigest: image.RepoDigests[0] ?? "" },
        };
    },
});
