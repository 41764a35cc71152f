import type { Queue, Service } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";

/**
 * The service that a queue of commands is for: its name is the end of the queue's name or of a routing key, as in `admin.billing`. Of several,
 * the one with the longest name.
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
