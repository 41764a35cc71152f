import type { Queue, Service } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";

/**
 * The service that a command queue belongs to: the queue's name or one of its routing keys ends with the service's name, as in
 * `admin.billing`. If several services match, the one with the longest name.
 */
export function ownerOfCommands(
    queue: Queue,
    { topology, bindingsTo }: Pick<TopologyView, "topology" | "bindingsTo">,
): Service | undefined {
    const texts = [queue.name, ...bindingsTo(queue).map(({ routingKey }) => routingKey)];
    return topology.services
        .filter(({ vhost, name }) => vhost === queue.vhost && texts.some((text) => endsWith(text, name)))
        .toSorted((a, b) => b.name.length - a.name.length)[0];
}

function endsWith(text: string, name: string): boolean {
    return text === name || text.endsWith(`.${name}`);
}
