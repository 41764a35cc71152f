/** An exchange in a sentence; the default one has no name. */
export function exchangeText(name: string): string {
    return name === "" ? "the default exchange" : `exchange "${name}"`;
}
