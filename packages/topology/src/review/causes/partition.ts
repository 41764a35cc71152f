/** Joins items into groups: items that are joined, directly or through others, are in one group. */
export class Partition<T> {
    readonly #parents = new Map<T, T>();

    /** The leading item of a group. */
    leaderOf(item: T): T {
        let leader = item;
        for (
            let parent = this.#parents.get(leader);
            parent !== undefined;
            parent = this.#parents.get(leader)
        ) {
            leader = parent;
        }
        // Later searches begin at the leader.
        for (let each = item; each !== leader; ) {
            const next = this.#parents.get(each) ?? leader;
            this.#parents.set(each, leader);
            each = next;
        }
        return leader;
    }

    join(one: T, other: T): void {
        const [a, b] = [this.leaderOf(one), this.leaderOf(other)];
        if (a !== b) {
            this.#parents.set(b, a);
        }
    }
}
