import { type Exchange, type Queue, type Topology, UsageError } from "@spot-messaging/topology";
import { builtInExchange } from "@spot-messaging/topology/broker";
import { quoted, suggestName } from "@spot-messaging/topology/text";
import { visibleLine } from "../render/visible.ts";

/** What a queue is that only bindings show. */
export const exclusiveText = "exclusive queue, not exported";

/** The error about a name, on one line. */
function nameError(message: string): UsageError {
    return new UsageError(visibleLine(message));
}

interface Named {
    readonly vhost: string;
    readonly name: string;
}

/**
 * The queue of that name.
 * @throws UsageError if it does not exist, or exists in several virtual hosts
 */
export function queueNamed(topology: Topology, name: string, vhost: string | undefined): Queue {
    const inVhost = (each: Named): boolean =>
        each.name === name && (vhost === undefined || each.vhost === vhost);
    const exclusive = topology.exclusiveQueues?.find(inVhost);
    if (exclusive !== undefined && !topology.queues.some(inVhost)) {
        throw nameError(
            `vhost "${exclusive.vhost}": queue "${name}" is an ${exclusiveText}: only its bindings are known; trace a message or explain an exchange to see them`,
        );
    }
    return onlyObject("queue", topology.queues, name, vhost);
}

/**
 * The exchange of that name, including the built-in exchanges of every virtual host.
 * @throws UsageError if it does not exist, or exists in several virtual hosts
 */
export function exchangeNamed(topology: Topology, name: string, vhost: string | undefined): Exchange {
    const own = topology.exchanges;
    const builtIn = topology.vhosts
        .filter((each) => !own.some((other) => other.vhost === each.name && other.name === name))
        .map((each) => builtInExchange(each.name, name))
        .filter((each) => each !== undefined);
    return onlyObject("exchange", [...own, ...builtIn], name, vhost);
}

/**
 * The object of that name.
 * @throws UsageError if it does not exist, or exists in several virtual hosts
 */
export function onlyObject<T extends Named>(
    kind: string,
    objects: readonly T[],
    name: string,
    vhost: string | undefined,
): T {
    const inside = objects.filter((each) => vhost === undefined || each.vhost === vhost);
    const found = inside.filter((each) => each.name === name);
    const [first, second] = found;
    if (first === undefined) {
        const known = inside.map((each) => each.name);
        const where = vhost === undefined ? "" : `vhost "${vhost}": `;
        throw nameError(
            `${where}${kind} "${name}" does not exist; ${suggestName(name, known, known.length === 0 ? `there is no ${kind}` : `there are ${known.length}, such as "${known[0] ?? ""}"`)}`,
        );
    }
    if (second !== undefined) {
        const hosts = quoted(found.map((each) => each.vhost));
        throw nameError(
            `${kind} "${name}" exists in several virtual hosts; choose with --vhost one of ${hosts}`,
        );
    }
    return first;
}
