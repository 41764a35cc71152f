/** The value, or a failure that says what is missing: for things that a test relies on. */
export function found<T>(value: T | undefined, what: string): T {
    if (value === undefined) {
        throw new Error(`the test relies on ${what}, which is not there`);
    }
    return value;
}

/** The element of that name. */
export function named<T extends { readonly name: string }>(items: readonly T[], name: string): T {
    return found(
        items.find((each) => each.name === name),
        `"${name}"`,
    );
}
