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

/** A problem of a queue, with the name of its Prometheus alert. */
export interface QueueProblem {
    readonly alert: string;
    readonly severity: AlertSeverity;
}

/** A declared queue as it is now. */
export interface QueueState {
    readonly queue: WatchedQueue;
    readonly reading: QueueReading;
    /** The most serious first. Prometheus waits for `holdFor`; these problems are reported immediately. */
    readonly problems: readonly QueueProblem[];
    /** The used part of its limit, from 0 to 1, if a full queue is a problem. */
    readonly fill?: number;
}

/** The state of every queue of a topology, in its order. */
export function queueStates(topology: Topology, histories: readonly QueueHistory[]): readonly QueueState[] {
    const known = named(histories);
    return watchedQueues(topology).map((queue) => {
        const reading = readingOf(known(queue.vhost, queue.name));
        const fill = fillOf(queue, reading);
        return { queue, reading, problems: problemsOf(queue, reading), ...(fill !== undefined && { fill }) };
    });
}

/** The queues of the broker that the topology does not declare. */
export function undeclaredQueues(
    topology: Topology,
    histories: readonly QueueHistory[],
): readonly QueueHistory[] {
    const { queueNamed } = topologyIndex(topology);
    return histories.filter(({ vhost, name }) => queueNamed(vhost, name) === undefined);
}

/** The severity of an alert does not depend on the scope. */
const anywhere = { matchers: {}, nodes: undefined, target: "" };

function problemsOf(queue: WatchedQueue, reading: QueueReading): readonly QueueProblem[] {
    // A missing queue has no other problems.
    const rules = reading.present ? queueRules : [queueMissing];
    return rules.flatMap((rule) => {
        const alert = rule.alert(queue, anywhere);
        return alert !== undefined && rule.isBroken(queue, reading)
            ? [{ alert: rule.name, severity: alert.severity }]
            : [];
    });
}
