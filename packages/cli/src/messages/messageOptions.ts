import { type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import { parkingQueues } from "@spot-messaging/topology/messages";
import { quotedFirst } from "@spot-messaging/topology/text";
import { queueNamed } from "../commands/namedObject.ts";

/** The maximum number of messages that a command reads. */
export const maxLimit = 1_000_000;

/** @throws UsageError */
export function limitOf(text: string, option = "--limit"): number {
    const limit = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : Infinity;
    if (limit > maxLimit) {
        throw new UsageError(`${option} "${text}" is not a number of messages; write one from 1 to 1000000`);
    }
    return limit;
}

/**
 * The parking queue of that name.
 * @throws UsageError if it does not exist or is not a parking queue
 */
export function parkingQueueNamed(topology: Topology, name: string, vhost: string | undefined): Queue {
    const queue = queueNamed(topology, name, vhost);
    const { all, problemOf } = parkingQueues(topology);
    const problem = problemOf(queue);
    if (problem !== undefined) {
        const names = all().map((each) => each.name);
        throw new UsageError(
            `vhost "${queue.vhost}": queue "${name}" ${problem}; ${names.length === 0 ? "the topology has no parking queue" : `parking queues are ${quotedFirst(names)}`}`,
        );
    }
    return queue;
}
