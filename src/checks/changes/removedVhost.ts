import type { ChangeRule } from "../rule.js";
import type { Subject } from "../subject.js";

export const removedVhost: ChangeRule = {
    id: "removedVhost",
    severity: "error",
    reason: "A virtual host is deleted, and every exchange, queue, message, policy and permission in it.",
    fix: "Keep it, and protect it from deletion; a rename is a new virtual host beside the old one.",
    invariants: [1],
    source: "https://www.rabbitmq.com/docs/vhosts#deletion-protection",
    check: (before, after) =>
        [...removedVhosts(before, after)].map((name) => ({
            place: `virtual host "${name}"`,
            message: `is deleted with its ${before.queuesOf(name).length} queues and all their messages`,
            fix: "keep it, and move what is in it first",
        })),
};

/** The virtual hosts that a change deletes: what was in them needs no finding of its own. */
export function removedVhosts(before: Subject, after: Subject): ReadonlySet<string> {
    const kept = new Set(after.topology.vhosts.map(({ name }) => name));
    return new Set(before.topology.vhosts.map(({ name }) => name).filter((name) => !kept.has(name)));
}
