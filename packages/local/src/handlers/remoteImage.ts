import { z } from "zod";
import { localHandler } from "../handler.ts";
import { presentImage } from "./presentImage.ts";

/** Local runs never remove an image, so `keepLocally` has nothing to decide. */
export const remoteImage = localHandler({
    type: "docker:index/remoteImage:RemoteImage",
    noun: "image",
    concurrency: 2,
    inputs: z.strictObject({
        name: z.string(),
        keepLocally: z.boolean().optional(),
        forceRemove: z.boolean().optional(),
        // They decide when the engine pulls again.
        pullTriggers: z.array(z.string()).optional(),
        triggers: z.record(z.string(), z.string()).optional(),
    }),
    create: async ({ name }, registration, context) => {
        const image = await presentImage(name, registration, context);
        return {
            id: `${image.Id}${name}`,
            // An image that was built or imported here has no digest of a registry.
            state: { imageId: image.Id, repoDigest: image.RepoDigests[0] ?? "" },
        };
    },
});
