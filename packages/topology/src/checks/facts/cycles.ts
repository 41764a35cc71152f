/** A node that the search has entered and not yet left. */
interface Visit<T> {
    readonly node: T;
    readonly entered: number;
    /** The earliest entered node that can be reached from here and is still open. */
    earliest: number;
    readonly rest: Iterator<T>;
}

/**
 * The strongly connected components of a graph, by Tarjan's algorithm: sets of nodes that all reach each other. A single node counts only if
 * it has an edge to itself. The time is linear. The stack is explicit, because a chain can be longer than the call stack allows.
 * @see https://en.wikipedia.org/wiki/Tarjan%27s_strongly_connected_components_algorithm
 */
export function cyclesOf<T>(nodes: readonly T[], next: (node: T) => readonly T[]): readonly ReadonlySet<T>[] {
    const cycles: ReadonlySet<T>[] = [];
    const entered = new Map<T, number>();
    const open: T[] = [];
    const isOpenNode = new Set<T>();
    const path: Visit<T>[] = [];
    const enter = (node: T): void => {
        const order = entered.size;
        entered.set(node, order);
        open.push(node);
        isOpenNode.add(node);
        path.push({ node, entered: order, earliest: order, rest: next(node).values() });
    };
    const leave = ({ node, entered: order, earliest }: Visit<T>): void => {
        path.pop();
        const before = path.at(-1);
        if (before !== undefined) {
            before.earliest = Math.min(before.earliest, earliest);
        }
        if (earliest === order) {
            const cycle = new Set<T>();
            for (const each of open.splice(open.lastIndexOf(node))) {
                isOpenNode.delete(each);
                cycle.add(each);
            }
            if (cycle.size > 1 || next(node).includes(node)) {
                cycles.push(cycle);
            }
        }
    };
    for (const start of nodes) {
        if (!entered.has(start)) {
            enter(start);
        }
        for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
            const step = top.rest.next();
            if (step.done === true) {
                leave(top);
                continue;
            }
            const following = step.value;
            if (!entered.has(following)) {
                enter(following);
            } else if (isOpenNode.has(following)) {
                top.earliest = Math.min(top.earliest, entered.get(following) ?? top.earliest);
            }
        }
    }
    return cycles;
}
