/**
 * A policy's value as it reaches the broker: the provider turns what Go's ParseInt takes for a 64-bit integer into one, whatever the key;
 * nothing else.
 * @throws Error for an integer that JavaScript cannot hold
 */
export function definitionValue(key: string, value: string): string | number {
    if (!/^[+-]?\d+$/.test(value) || BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) {
        return value;
    }
    if (!Number.isSafeInteger(Number(value))) {
        throw new Error(
            `definition "${key}" is ${value}, which a local run cannot send exactly; use a smaller number`,
        );
    }
    return Number(value);
}
