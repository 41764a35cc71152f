/** The bytes of a text in Base64, which may have white space; `undefined` if it is not Base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
    try {
        return Uint8Array.from(atob(text.replaceAll(/\s/g, "")), (each) => each.charCodeAt(0));
    } catch {
        return undefined;
    }
}
