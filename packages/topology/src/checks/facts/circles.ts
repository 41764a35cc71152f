/** A place that has been entered and not been left. */
interface Visit<T> {
    readonly place: T;
    readonly entered: number;
    /** The place entered first that can be reached from here and lies on the same open way. */
    earliest: number;
    readonly rest: Iterator<T>;
}

/**
 * The sets of places that all lead to each other, by Tarjan's algorithm, each place in at most one of them; one that only leads to itself makes
 * a set, too. It takes as long as there are steps, and has a stack of its own: a chain may be longer than the call stack is deep.
 * @see https://en.wikipedia.org/wiki/Tarjan%27s_strongly_connected_components_algorithm
 */
export function circlesOf<T>(
    places: readonly T[],
    next: (place: T) => readonly T[],
): readonly ReadonlySet<T>[] {
    const circles: ReadonlySet<T>[] = [];
    const entered = new Map<T, number>();
    const open: T[] = [];
    const isOpen = new Set<T>();
    const way: Visit<T>[] = [];
    const enter = (place: T): void => {
        const order = entered.size;
        entered.set(place, order);
        open.push(place);
        isOpen.add(place);
        way.push({ place, entered: order, earliest: order, rest: next(place).values() });
    };
    const leave = ({ place, entered: order, earliest }: Visit<T>): void => {
        way.pop();
        const before = way.at(-1);
        if (before !== undefined) {
            before.earliest = Math.min(before.earliest, earliest);
        }
        if (earliest === order) {
            const circle = new Set<T>();
            for (const each of open.splice(open.lastIndexOf(place))) {
                isOpen.delete(each);
                circle.add(each);
            }
            if (circle.size > 1 || next(place).includes(place)) {
                circles.push(circle);
            }
        }
    };
    for (const start of places) {
        if (!entered.has(start)) {
            enter(start);
        }
        for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
            const step = top.rest.next();
            if (step.done === true) {
                leave(top);
                continue;
            }
            const following = step.value;
            if (!entered.has(following)) {
                enter(following);
            } else if (isOpen.has(following)) {
                top.earliest = Math.min(top.earliest, entered.get(following) ?? top.earliest);
            }
        }
    }
    return circles;
}
