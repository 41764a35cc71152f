/** A value in an argument table or a policy definition, as JSON writes it. */
export type ArgumentValue =
    | string
    | number
    | boolean
    | null
    | readonly ArgumentValue[]
    | { readonly [key: string]: ArgumentValue };

/** Optional arguments of an exchange, queue or binding, keyed as the broker spells them (`x-...`). */
export type Arguments = Readonly<Record<string, ArgumentValue>>;

/**
 * A value as JSON writes it; of a whole number that JavaScript cannot hold exactly, only how large it is at least, since it would be told as
 * another number than the one that somebody wrote.
 */
export function valueText(value: ArgumentValue): string {
    return typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)
        ? JSON.stringify(value)
        : value > 0
          ? `more than ${Number.MAX_SAFE_INTEGER}`
          : `less than ${Number.MIN_SAFE_INTEGER}`;
}
