import type { Queue } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule } from "../rule.ts";

export const deadLetterCycle: CheckRule = {
    id: "deadLetterCycle",
    severity: "error",
    reason: "Dead letters come back to their queue: the broker drops a message that went round without being rejected, and lets one that is rejected go round for ever.",
    fix: "Let the last queue of the path have no dead-letter exchange.",
    invariants: ["noDeadLetterCycle"],
    source: "https://www.rabbitmq.com/docs/dlx#cycles",
    check: (view) =>
        cyclesOf(view).flatMap((cycle) => {
            const [first] = cycle;
            // A queue that dead-letters to itself through the default exchange has a rule of its own.
            if (first === undefined || (cycle.length === 1 && view.deadLetters(first)?.exchange === "")) {
                return [];
            }
            const byItself = cycle.every((queue) => movesByItself(view, queue));
            const path = [...cycle, first].map(({ name }) => name).join(" -> ");
            return [
                {
                    // Counting rounds is the consumer's choice, which a foreign topology does not tell.
                    ...(view.foreign && !byItself && { severity: "warning" as const }),
                    place: queuePlace(first),
                    message: byItself
                        ? `dead letters go in a circle: ${path}; the broker drops what comes round without being rejected`
                        : `dead letters go in a circle: ${path}; what is rejected goes round for ever unless its consumer counts`,
                    fix: "let the last queue of the path have no dead-letter exchange",
                },
            ];
        }),
};

/** Whether messages leave a queue for its dead letters without being rejected by anybody. */
function movesByItself({ setting, settingOrDefault, isBounded }: TopologyView, queue: Queue): boolean {
    const drops = settingOrDefault(queue, "overflow") === "drop-head";
    return setting(queue, "message-ttl") !== undefined || (isBounded(queue) && drops);
}

/** Each cycle of dead-lettering once, from its first queue in the topology's order. */
function cyclesOf({ topology, deadLetters, queueNamed }: TopologyView): readonly (readonly Queue[])[] {
    const finished = new Set<Queue>();
    const cycles: (readonly Queue[])[] = [];
    const next = (queue: Queue): Queue[] =>
        (deadLetters(queue)?.queues ?? [])
            .map((name) => queueNamed(queue.vhost, name))
            .filter((each) => each !== undefined);
    // Depth first with a stack of its own: a chain may be longer than the call stack is deep. Empty before each start.
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
