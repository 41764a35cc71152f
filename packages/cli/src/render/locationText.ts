import type { Location } from "@spot-messaging/topology/check";

/** A place in a file as compilers write it, which editors open: `src/shop.ts:12`. */
export function locationText({ file, line, column }: Location): string {
    return [file, line, column].filter((each) => each !== undefined).join(":");
}
