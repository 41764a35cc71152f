import { randomBytes } from "node:crypto";
import { z } from "zod";
import { localHandler } from "../handler.ts";

export const randomId = localHandler({
    type: "random:index/randomId:RandomId",
    noun: "random id",
    inputs: z.strictObject({
        byteLength: z.int().min(1),
        prefix: z.string().default(""),
        keepers: z.record(z.string(), z.string()).optional(),
    }),
    create: ({ byteLength, prefix }) => {
        const bytes = randomBytes(byteLength);
        const hex = bytes.toString("hex");
        return {
            id: bytes.toString("base64url"),
            state: {
                b64Std: prefix + bytes.toString("base64"),
                b64Url: prefix + bytes.toString("base64url"),
                dec: prefix + BigInt(`0x${hex}`).toString(),
                hex: prefix + hex,
            },
        };
    },
});
