import { perTopology } from "../lookup/memoize.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { Topology } from "../model/index.ts";
import { deadLetterHops } from "../routing/deadLetters.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { compareText } from "../text/names.ts";
import type { ClaimOptions, Claims } from "./claim.ts";
import {
    type ClaimedQueue,
    deadLetterClaims,
    isRefusing,
    lengthClaims,
    lostDeadLetters,
    orderClaims,
} from "./messageClaims.ts";
import { replicaClaims } from "./replicaClaims.ts";
import { routeClaims } from "./routeClaims.ts";

/**
 * The promises that follow from a topology: what a lost node, a full queue, an expired or rejected message and a routing key lead to. Each
 * has a sentence, and names what an experiment needs to try it on a broker. What a reader could expect and the topology does not promise is
 * in `unclaimed`. Both lists are sorted by virtual host and sentence.
 * @param options the cluster; by default three nodes
 */
export function claimsOf(topology: Topology, { nodes = 3 }: ClaimOptions = {}): Claims {
    const perQueue = topology.queues.map((queue) => {
        const replicas = replicaClaims(queue, effectiveSettings(topology)(queue), nodes);
        if (queue.type === "stream") {
            return replicas;
        }
        const claimed = claimedQueue(topology, queue);
        return {
            claims: [
                ...replicas.claims,
                ...lengthClaims(claimed),
                ...deadLetterClaims(claimed),
                ...orderClaims(claimed, topology.brokerVersion),
            ],
            unclaimed: [...replicas.unclaimed, ...lostDeadLetters(claimed)],
        };
    });
    return {
        claims: sorted([...perQueue.flatMap(({ claims }) => claims), ...routeClaims(topology)]),
        unclaimed: sorted(perQueue.flatMap(({ unclaimed }) => unclaimed)),
    };
}

const knownHops = perTopology((topology) => deadLetterHops(topology));

function claimedQueue(topology: Topology, queue: ClaimedQueue["queue"]): ClaimedQueue {
    const settingsOf = effectiveSettings(topology);
    const { queueNamed } = topologyIndex(topology);
    return {
        queue,
        settings: settingsOf(queue).settings,
        hop: knownHops(topology)(queue),
        refuses: (name) => {
            const found = queueNamed(queue.vhost, name);
            return found !== undefined && isRefusing(settingsOf(found).settings);
        },
    };
}

function sorted<T extends { readonly vhost: string; readonly sentence: string }>(
    items: readonly T[],
): readonly T[] {
    return [...items].sort(
        (one, other) => compareText(one.vhost, other.vhost) || compareText(one.sentence, other.sentence),
    );
}
