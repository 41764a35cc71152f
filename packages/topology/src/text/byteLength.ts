const encoder = new TextEncoder();

/** The length of a text in bytes of UTF-8: the broker limits bytes, not characters. */
export function byteLength(text: string): number {
    return encoder.encode(text).length;
}
