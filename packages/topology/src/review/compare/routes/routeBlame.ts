import { type InVhost, objectKey } from "../../../model/index.ts";
import type { BlamedRouteChange } from "./routingDiff.ts";

/** Route changes with a consequence, by the objects that cause them. */
export interface RouteBlame {
    readonly byLostBinding: (bindingKey: string) => readonly BlamedRouteChange[];
    readonly byNewBinding: (bindingKey: string) => readonly BlamedRouteChange[];
    /** By the exchange whose alternate exchange got the message. */
    readonly byLostAlternate: (vhost: string, exchange: string) => readonly BlamedRouteChange[];
    /** By the service that sends the message elsewhere. */
    readonly byService: (service: InVhost) => readonly BlamedRouteChange[];
}

export function routeBlame(changes: readonly BlamedRouteChange[]): RouteBlame {
    const costly = changes.filter(({ change }) => change.consequence !== "none");
    const index = (keysOf: (each: BlamedRouteChange) => Iterable<string>) => {
        const found = new Map<string, BlamedRouteChange[]>();
        for (const each of costly) {
            for (const key of keysOf(each)) {
                const known = found.get(key);
                if (known === undefined) {
                    found.set(key, [each]);
                } else {
                    known.push(each);
                }
            }
        }
        return (key: string): readonly BlamedRouteChange[] => found.get(key) ?? [];
    };
    const alternateKey = (vhost: string, exchange: string): string => JSON.stringify([vhost, exchange]);
    const byAlternate = index(({ change, lostAlternates }) =>
        [...lostAlternates].map((exchange) => alternateKey(change.vhost, exchange)),
    );
    const bySender = index(({ service }) => (service === undefined ? [] : [service]));
    return {
        byLostBinding: index(({ lostBindings }) => lostBindings),
        byNewBinding: index(({ newBindings }) => newBindings),
        byLostAlternate: (vhost, exchange) => byAlternate(alternateKey(vhost, exchange)),
        byService: (service) => bySender(objectKey(service)),
    };
}
