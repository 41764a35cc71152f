/** A value in an argument table or a policy definition, as JSON writes it. */
export type ArgumentValue =
    | string
    | number
    | boolean
    | null
    | readonly ArgumentValue[]
    | { readonly [key: string]: ArgumentValue };

/** Optional arguments of an exchange, queue or binding, by the broker's names (`x-...`). */
export type Arguments = Readonly<Record<string, ArgumentValue>>;

/** Whether a value is a table. */
export function isArgumentTable(
    value: ArgumentValue | undefined,
): value is Readonly<Record<string, ArgumentValue>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A value as JSON. JavaScript cannot store very large whole numbers exactly and would show another number, so for these the text is only "more
 * than ...".
 */
export function valueText(value: ArgumentValue): string {
    return typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)
        ? JSON.stringify(value)
        : value > 0
          ? `more than ${Number.MAX_SAFE_INTEGER}`
          : `less than ${Number.MIN_SAFE_INTEGER}`;
}
