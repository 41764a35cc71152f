/** A value that a preview gives, as far as it is known. */
export interface KnownValue {
    readonly value: unknown;
    /** The paths of what is known only once something has been made, such as `settings.argumentsJson`. */
    readonly unknown: readonly string[];
}

/**
 * The plain copy of a resource's property. In a preview the SDK hands out a proxy that throws when a value is touched that is not known yet,
 * so every value is touched here, and nowhere else.
 */
export function knownValue(holder: Readonly<Record<string, unknown>>, key: string): KnownValue {
    let value: unknown;
    try {
        value = holder[key];
    } catch {
        // Reading a plain property does not fail otherwise.
        return { value: undefined, unknown: [key] };
    }
    if (typeof value !== "object" || value === null) {
        return { value, unknown: [] };
    }
    const inner = value as Readonly<Record<string, unknown>>; // an object or a list, by the line above
    const parts = Object.keys(inner).map((each) => [each, knownValue(inner, each)] as const);
    return {
        value: Array.isArray(value)
            ? parts.map(([, part]) => part.value)
            : Object.fromEntries(parts.map(([each, part]) => [each, part.value])),
        unknown: parts.flatMap(([, part]) => part.unknown.map((path) => `${key}.${path}`)),
    };
}
