import { topologyIndex } from "../lookup/topologyIndex.ts";
import { defaultExchange } from "../model/builtInExchange.ts";
import { objectKey, type Topology } from "../model/index.ts";
import { expandVariables } from "../patterns/topicVariables.ts";
import { nameMatcher } from "../view/nameMatcher.ts";
import type { ParkingCause } from "./deathCause.ts";
import type { ParkedMessage } from "./parkedMessage.ts";

/** Where a message is sent back to. */
export interface RedriveTarget {
    readonly exchange: string;
    readonly routingKey: string;
    /** The queue that it must arrive in. @default - the exchange decides */
    readonly queue?: string;
}

/**
 * How to reach a queue, and only it: through the exchange that the program declares for redriven messages, or else through the default exchange.
 */
export function targetOfQueue(topology: Topology, vhost: string, queue: string): RedriveTarget {
    const key = objectKey({ vhost, name: queue });
    const exchange = topology.retries.find(
        (each) => objectKey({ vhost: each.vhost, name: each.queue }) === key,
    )?.redriveExchange;
    return { exchange: exchange ?? "", routingKey: queue, queue };
}

/**
 * Where a parked message came from: the queue in which it failed. An unroutable message came from its exchange.
 * @returns a sentence if that is unknown
 */
export function redriveTarget(
    topology: Topology,
    { vhost, exchange, routingKey }: Pick<ParkedMessage, "vhost" | "exchange" | "routingKey">,
    { reason, queue }: Pick<ParkingCause, "reason" | "queue">,
): RedriveTarget | string {
    if (reason === "unroutable") {
        return { exchange, routingKey };
    }
    if (queue === undefined) {
        return "its headers name no queue that it failed in; name a queue with --to";
    }
    return topologyIndex(topology).queueNamed(vhost, queue) === undefined
        ? `queue "${queue}", in which it failed, no longer exists; name another one with --to`
        : targetOfQueue(topology, vhost, queue);
}

/** Whether a user may publish to a target; `undefined` if the topology does not have the user, or it has no permissions there. */
export function mayPublish(
    topology: Topology,
    user: string,
    vhost: string,
    { exchange, routingKey }: Pick<RedriveTarget, "exchange" | "routingKey">,
): boolean | undefined {
    const permission = topology.permissions.find((each) => each.user === user && each.vhost === vhost);
    if (permission === undefined) {
        return undefined;
    }
    const name = exchange === "" ? defaultExchange : exchange;
    if (!nameMatcher(permission.write).test(name)) {
        return false;
    }
    const topic = topology.topicPermissions.find(
        (each) => each.user === user && each.vhost === vhost && each.exchange === name,
    );
    const isTopic = topologyIndex(topology).exchangeNamed(vhost, exchange)?.type === "topic";
    return (
        topic === undefined ||
        !isTopic ||
        nameMatcher(expandVariables(topic.write, user, vhost)).test(routingKey)
    );
}
