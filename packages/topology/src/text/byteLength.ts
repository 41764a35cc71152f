const encoder = new TextEncoder();

/** How many bytes a text has in UTF-8, which is what the broker limits. */
export function byteLength(text: string): number {
    return encoder.encode(text).length;
}
