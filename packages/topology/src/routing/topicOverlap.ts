/**
 * Whether a routing key exists that both binding keys of topic exchanges match. `*` is one word, `#` any number of words.
 * @see https://www.rabbitmq.com/docs/exchanges#topic
 */
export function topicsOverlap(a: string, b: string): boolean {
    return wordsOverlap(a.split("."), b.split("."));
}

function wordsOverlap(a: readonly string[], b: readonly string[]): boolean {
    /** Whether the rests from a word of each on overlap, by their positions. */
    const known = new Map<number, boolean>();
    const from = (i: number, j: number): boolean => {
        const at = i * (b.length + 1) + j;
        let result = known.get(at);
        if (result === undefined) {
            result = overlap(i, j);
            known.set(at, result);
        }
        return result;
    };
    return from(0, 0);

    function overlap(i: number, j: number): boolean {
        const [left, right] = [a[i], b[j]];
        if (left === undefined || right === undefined) {
            return [...a.slice(i), ...b.slice(j)].every((word) => word === "#");
        }
        if (left === "#") {
            return from(i + 1, j) || from(i, j + 1);
        }
        if (right === "#") {
            return from(i, j + 1) || from(i + 1, j);
        }
        return (left === right || left === "*" || right === "*") && from(i + 1, j + 1);
    }
}
