/**
 * A policy's value as the broker receives it: the provider converts every text that Go's ParseInt reads as a 64-bit integer, for any key, and no
 * other text.
 * @throws Error for an integer that JavaScript cannot store exactly
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
