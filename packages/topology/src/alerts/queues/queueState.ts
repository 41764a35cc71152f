import { named } from "../../lookup/named.ts";
import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Topology } from "../../model/index.ts";
import type { QueueHistory } from "../../readings/queueHistory.ts";
import type { AlertSeverity } from "../alert.ts";
import { queueRules } from "./queueAlertRules.ts";
import { type QueueReading, readingOf } from "./queueReading.ts";
import { queueMissing } from "./rules/queueMissing.ts";
import { fillOf } from "./rules/queueNearlyFull.ts";
import { type WatchedQueue, watchedQueues } from "./watchedQueue.ts";

/** What is wrong with a queue, by the name that its alert has in Prometheus. */
export interface QueueProblem {
    readonly alert: string;
    readonly severity: AlertSeverity;
}

/** A declared queue as it is now. */
export interface QueueState {
    readonly queue: WatchedQueue;
    readonly reading: QueueReading;
    /** The gravest first. What Prometheus would wait for, a trend or a pause, is judged at once. */
    readonly problems: readonly QueueProblem[];
    /** How full it is, from 0 to 1, where reaching its bound does harm. */
    readonly fill?: number;
}

/** Every queue of a topology, in its order, judged by what a broker tells of them. */
export function queueStates(topology: Topology, histories: readonly QueueHistory[]): readonly QueueState[] {
    const known = named(histories);
    return watchedQueues(topology).map((queue) => {
        const reading = readingOf(known(queue.vhost, queue.name));
        const fill = fillOf(queue, reading);
        return { queue, reading, problems: problemsOf(queue, reading), ...(fill !== undefined && { fill }) };
    });
}

/** The queues of which nobody declares anything. */
export function undeclaredQueues(
    topology: Topology,
    histories: readonly QueueHistory[],
): readonly QueueHistory[] {
    const { queueNamed } = topologyIndex(topology);
    return histories.filter(({ vhost, name }) => queueNamed(vhost, name) === undefined);
}

/** The severity does not depend on which cluster it is, nor on how its commands name it. */
const anywhere = { matchers: {}, nodes: undefined, target: "" };

function problemsOf(queue: WatchedQueue, reading: QueueReading): readonly QueueProblem[] {
    // Of a queue that is not there, its absence says it all.
    const rules = reading.present ? queueRules : [queueMissing];
    return rules.flatMap((rule) => {
        const alert = rule.alert(queue, anywhere);
        return alert !== undefined && rule.isBroken(queue, reading)
            ? [{ alert: rule.name, severity: alert.severity }]
            : [];
    });
}
