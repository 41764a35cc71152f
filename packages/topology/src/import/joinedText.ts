/** A text, or a list of texts and bytes that the broker joins to one. */
export function joinedText(value: unknown): string | undefined {
    return typeof value === "string"
        ? value
        : Array.isArray(value) && value.every((each) => typeof each === "string" || isByte(each))
          ? value
                .map((each) => (typeof each === "string" ? each : String.fromCharCode(Number(each))))
                .join("")
          : undefined;
}

function isByte(value: unknown): boolean {
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xff;
}
