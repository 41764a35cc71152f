import type { BrokerNode } from "./brokerNode.ts";
import type { Site } from "./site.ts";

/** The node with the most leaders of the queues that the load reaches, and their number. */
export async function leadingNode({
    cluster,
    routes,
    vhost,
}: Site): Promise<{ readonly node: BrokerNode; readonly leaders: number }> {
    const api = await cluster.api();
    // The fields of replicated queues.
    const queues = (await api.get(["queues", vhost])) as readonly {
        readonly name: string;
        readonly leader?: string;
    }[];
    const loaded = new Set(routes.flatMap((route) => route.queues));
    const counts = cluster.nodes.map((node) => ({
        node,
        leaders: queues.filter(({ name, leader }) => loaded.has(name) && leader === node.name).length,
    }));
    const [first] = counts.sort((one, other) => other.leaders - one.leaders);
    if (first === undefined) {
        throw new Error("the cluster has no nodes");
    }
    return first;
}

/** The node at a place. @throws if there are fewer */
export function nodeAt({ cluster }: Site, index: number): BrokerNode {
    const node = cluster.nodes[index];
    if (node === undefined) {
        throw new Error(`the cluster has no node ${index}`);
    }
    return node;
}
