import type { KubernetesObject } from "../../kube/support/object.ts";

/**
 * Replaces published images, in containers and also in arguments and variables that name them, and lets nodes use their own copies.
 * @param images - what replaces which: names without a tag, and complete names
 * @throws Error if an image does not occur, because then the operator would start one that cannot be pulled
 */
export function replaceImages(
    objects: readonly KubernetesObject[],
    images: Readonly<Record<string, string>>,
): KubernetesObject[] {
    const unused = new Set(Object.keys(images));
    const replaceText = (text: string): string => {
        for (const [published, replacement] of Object.entries(images)) {
            // The whole text, or the value of a flag.
            const start = text.startsWith(`${published}:`) ? 0 : text.indexOf(`=${published}:`) + 1;
            if (text.startsWith(`${published}:`, start) && !/\s/.test(text)) {
                unused.delete(published);
                return `${text.slice(0, start)}${replacement}`;
            }
        }
        return text;
    };
    const replace = (value: unknown): unknown => {
        if (typeof value === "string") {
            return replaceText(value);
        }
        if (Array.isArray(value)) {
            return value.map(replace);
        }
        if (typeof value !== "object" || value === null) {
            return value;
        }
        const fields = Object.entries(value).map(([name, field]) => [name, replace(field)] as const);
        const isContainer = fields.some(
            ([name, field]) => name === "image" && field !== (value as { image?: unknown }).image,
        );
        return {
            ...Object.fromEntries(fields),
            ...(isContainer ? { imagePullPolicy: "IfNotPresent" } : {}),
        };
    };
    // Definitions of custom resources are large, and have no image.
    const replaced = objects.map(
        (object) =>
            object.kind === "CustomResourceDefinition" ? object : (replace(object) as KubernetesObject), // the same shape
    );
    if (unused.size > 0) {
        throw new Error(`no object names the image ${[...unused].join(", ")}`);
    }
    return replaced;
}
