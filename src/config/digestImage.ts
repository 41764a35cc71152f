import type { ConfigReader } from "./configReader.ts";

/**
 * An image that a stack must name by digest. A tag can point to another image tomorrow, and a pod that moves to another host would then run
 * it without a `pulumi up`.
 * @param wayOut if no image is named
 */
export function digestImage(reader: ConfigReader, key: string, wayOut: string, example: string): string {
    const image = reader.optionalText(key);
    if (image === undefined) {
        reader.reject(key, "is missing", `${wayOut}, such as "${example}"`);
    } else if (!/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(image)) {
        reader.reject(
            key,
            `has the value "${image}"`,
            `name it by digest, such as "${example}": a tag can point to another image tomorrow`,
        );
    }
    return image ?? "";
}
