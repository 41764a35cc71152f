import type { ConfigReader } from "./configReader.ts";

/**
 * An image that a stack must name by digest: behind a tag there may be another program tomorrow, and a pod that moves to another host would
 * run it without anybody's `pulumi up`.
 * @param wayOut what to do where none is named
 */
export function digestImage(reader: ConfigReader, key: string, wayOut: string, example: string): string {
    const image = reader.optionalText(key);
    if (image === undefined) {
        reader.reject(key, "is missing", `${wayOut}, such as "${example}"`);
    } else if (!/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(image)) {
        reader.reject(
            key,
            `has the value "${image}"`,
            `name it by digest, such as "${example}": a tag may mean another program tomorrow`,
        );
    }
    return image ?? "";
}
