import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule } from "../rule.ts";

export const deadLetterCycle: CheckRule = {
    id: "deadLetterCycle",
    severity: "error",
    reason: "Dead letters return to their queue. The broker drops a message that completes the cycle without being rejected; a message that is rejected cycles forever.",
    fix: "Remove the dead-letter exchange from the last queue of the cycle.",
    invariants: ["noDeadLetterCycle"],
    source: "https://www.rabbitmq.com/docs/dlx#cycles",
    check: (view) =>
        cyclesOf(view).flatMap((cycle) => {
            const [first] = cycle;
            // A queue that dead-letters to itself through the default exchange has a rule of its own.
            if (first === undefined || (cycle.length === 1 && view.deadLetters(first)?.exchange === "")) {
                return [];
            }
            const withoutRejection = cycle.every((queue) => deadLettersWithoutRejection(view, queue));
            const path = [...cycle, first].map(({ name }) => name).join(" -> ");
            return [
                {
                    // A consumer may count the attempts; a broker export does not show that.
                    ...(view.isExport && !withoutRejection && { severity: "warning" as const }),
                    place: queuePlace(first),
                    message: withoutRejection
                        ? `dead letters form a cycle: ${path}; the broker drops a message that completes it without being rejected`
                        : `dead letters form a cycle: ${path}; a rejected message cycles forever unless its consumer counts the attempts`,
                    fix: "remove the dead-letter exchange from the last queue of the cycle",
                },
            ];
        }),
};

/** Whether the queue dead-letters messages that no consumer rejected: expired ones, or the oldest of a full queue. */
function deadLettersWithoutRejection(
    { setting, settingOrDefault, isBounded }: TopologyView,
    queue: Queue,
): boolean {
    const drops = settingOrDefault(queue, "overflow") === "drop-head";
    return setting(queue, "message-ttl") !== undefined || (isBounded(queue) && drops);
}

/** Each dead-letter cycle once, starting with its first queue in the topology's order. */
function cyclesOf({ topology, deadLetters, queueNamed }: TopologyView): readonly (readonly Queue[])[] {
    const finished = new Set<Queue>();
    const cycles: (readonly Queue[])[] = [];
    const next = (queue: Queue): Queue[] =>
        (deadLetters(queue)?.queues ?? [])
            .map((name) => queueNamed(queue.vhost, name))
            .filter((each) => each !== undefined);
    // Depth-first search with an explicit stack, because a chain can be longer than the call stack allows. Empty before each start.
    const path: { readonly queue: Queue; readonly rest: Queue[] }[] = [];
    const onPath = new Map<Queue, number>();
    const enter = (queue: Queue): void => {
        onPath.set(queue, path.length);
        path.push({ queue, rest: next(queue) });
    };
    for (const start of topology.queues) {
        if (!finished.has(start)) {
            enter(start);
        }
        for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
            const following = top.rest.shift();
            if (following === undefined) {
                finished.add(top.queue);
                onPath.delete(top.queue);
                path.pop();
                continue;
            }
            const since = onPath.get(following);
            if (since !== undefined) {
                cycles.push(path.slice(since).map(({ queue }) => queue));
            } else if (!finished.has(following)) {
                enter(following);
            }
        }
    }
    return cycles;
}
