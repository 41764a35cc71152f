import { memoize } from "../lookup/memoize.ts";
import { defaultExchange, permanentExchanges } from "../model/builtInExchange.ts";
import type { Names } from "../view/nameMatcher.ts";
import type { TopologyView } from "../view/topologyView.ts";

/** The names of a virtual host that the patterns of a permission can match. The default exchange is `amq.default`. */
export interface VhostNames {
    /** Declared exchanges and the default exchange. */
    readonly exchanges: Names;
    /** The exchanges that every virtual host has. */
    readonly builtIn: Names;
    readonly queues: Names;
    readonly everything: Names;
}

/** Makes the function that returns the names of a virtual host. */
export function vhostNames({
    exchangesOf,
    queueNamed,
    queuesOf,
}: TopologyView): (vhost: string) => VhostNames {
    return memoize((vhost: string) => {
        const exchanges = new Set([...exchangesOf(vhost).map(({ name }) => name), defaultExchange]);
        const queues = namesOf(queuesOf(vhost), (name) => queueNamed(vhost, name) !== undefined);
        const everything: Names = {
            has: (name) => exchanges.has(name) || queues.has(name),
            [Symbol.iterator]: () => new Set([...exchanges, ...queues]).values(),
        };
        return { exchanges, builtIn: new Set(permanentExchanges), queues, everything };
    });
}

function namesOf(objects: readonly { readonly name: string }[], has: (name: string) => boolean): Names {
    return { has, [Symbol.iterator]: () => new Set(objects.map(({ name }) => name)).values() };
}
