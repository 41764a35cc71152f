import { createHash } from "node:crypto";

/** The namespace of URLs in RFC 9562. */
const urlNamespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

/** The id of a message that the services publish again after a failure: the same function as `stable_id` in `services/`. */
export function stableId(...parts: readonly string[]): string {
    const digest = createHash("sha1")
        .update(urlNamespace)
        .update(`spot:${parts.join("/")}`)
        .digest();
    const bytes = digest.subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
