/** A text, or what the broker joins to one. */
export function joinedText(value: unknown): string | undefined {
    return typeof value === "string"
        ? value
        : Array.isArray(value) && value.every((each) => typeof each === "string")
          ? value.join("")
          : undefined;
}
