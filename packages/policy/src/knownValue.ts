/** The known part of a value in a preview. */
export interface KnownValue {
    readonly value: unknown;
    /** The paths of values that are known only after the update, such as `settings.argumentsJson`. */
    readonly unknown: readonly string[];
}

/**
 * A plain copy of a resource's property. In a preview, the SDK passes a proxy that throws on access to an unknown value, so this is the
 * only place that reads the values.
 */
export function knownValue(holder: Readonly<Record<string, unknown>>, key: string): KnownValue {
    let value: unknown;
    try {
        value = holder[key];
    } catch {
        // Reading a plain property fails for no other reason.
        return { value: undefined, unknown: [key] };
    }
    if (typeof value !== "object" || value === null) {
        return { value, unknown: [] };
    }
    const inner = value as Readonly<Record<string, unknown>>; // An object or a list, because of the line above.
    const parts = Object.keys(inner).map((each) => [each, knownValue(inner, each)] as const);
    return {
        value: Array.isArray(value)
            ? parts.map(([, part]) => part.value)
            : Object.fromEntries(parts.map(([each, part]) => [each, part.value])),
        unknown: parts.flatMap(([, part]) => part.unknown.map((path) => `${key}.${path}`)),
    };
}
