import { routingOf } from "../../../broker/exchangeTypes.ts";
import { type Binding, bindingKey, type Queue } from "../../../model/index.ts";
import type { RoutedMessage } from "../../../routing/routing.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import { senderRoutesOf } from "./senderRoute.ts";

/** A kind of message whose route is compared: an exchange, a routing key, and its publishers. */
export interface RouteProbe {
    readonly vhost: string;
    readonly exchange: string;
    /** The declared or bound key, which may contain wildcards. */
    readonly routingKey: string;
    /** Only for headers exchanges. */
    readonly headers?: Binding["arguments"];
    /** `service "gateway" publishes "request"`. Empty for the key of a binding that no declared service uses. */
    readonly uses: readonly string[];
}

/** All declared publications of a topology, and all routing keys of its bindings. */
export function routeProbes(side: TopologyView): ReadonlyMap<string, RouteProbe> {
    const probes = collected.get(side) ?? collectProbes(side);
    collected.set(side, probes);
    return probes;
}

const collected = new WeakMap<TopologyView, ReadonlyMap<string, RouteProbe>>();

function collectProbes(side: TopologyView): ReadonlyMap<string, RouteProbe> {
    const probes = new Map<string, RouteProbe>();
    const add = (probe: Omit<RouteProbe, "uses">, use?: string): void => {
        const key = probeKey(probe);
        const uses = [...(probes.get(key)?.uses ?? []), ...(use === undefined ? [] : [use])];
        probes.set(key, { ...probe, uses: [...new Set(uses)].sort() });
    };
    const { topology } = side;
    for (const { vhost, exchange, routingKey, use } of topology.services.flatMap(senderRoutesOf)) {
        add({ vhost, exchange, routingKey }, use);
    }
    for (const { vhost, queue, route } of topology.retries) {
        for (const routingKey of route.mode === "exchange" ? route.routingKeys : []) {
            const exchange = route.mode === "exchange" ? route.exchange : "";
            add({ vhost, exchange, routingKey }, `retries of queue "${queue}"`);
        }
    }
    for (const each of topology.queues) {
        const exchange = side.settingOrDefault(each, "dead-letter-exchange");
        if (typeof exchange !== "string") {
            continue;
        }
        for (const routingKey of deadLetterKeys(side, each)) {
            add({ vhost: each.vhost, exchange, routingKey }, `dead letters of queue "${each.name}"`);
        }
    }
    for (const each of topology.bindings) {
        add(boundProbe(side, each));
    }
    return probes;
}

/** Without `dead-letter-routing-key`, dead letters keep their routing keys: those that the queue is bound with. */
function deadLetterKeys(side: TopologyView, queue: Queue): readonly string[] {
    const key = side.settingOrDefault(queue, "dead-letter-routing-key");
    return typeof key === "string" ? [key] : side.boundKeys(queue);
}

function boundProbe(side: TopologyView, each: Binding): Omit<RouteProbe, "uses"> {
    const { vhost, source: exchange, routingKey, arguments: args } = each;
    const object = side.exchangeNamed(vhost, exchange);
    const routing = object === undefined ? undefined : routingOf(object).routing;
    if (routing === "headers") {
        const headers = Object.entries(args).filter(([key]) => key !== "x-match");
        return { vhost, exchange, routingKey: "", headers: Object.fromEntries(headers) };
    }
    return { vhost, exchange, routingKey: routing === "fanout" ? "" : routingKey };
}

export function probeKey({ vhost, exchange, routingKey, headers }: Omit<RouteProbe, "uses">): string {
    return bindingKey({
        vhost,
        source: exchange,
        destination: "",
        destinationType: "queue",
        routingKey,
        arguments: headers ?? {},
    });
}

/** A word that no routing key contains. */
export const anyWord = "\u2026";

/**
 * Sample messages of a probe. A wildcard becomes a word that no binding contains. `#` matches any number of words, so there is a sample with
 * none, one and two of them: `a.*` matches neither `a` nor `a.x.y`, and `a` with `a.*.*` does not match `a.x`. Several headers give a sample
 * with all and one with each: `x-match: any` matches both, `x-match: all` only the first.
 */
export function samplesOf({ vhost, exchange, routingKey, headers }: RouteProbe): readonly RoutedMessage[] {
    const words = routingKey.split(".");
    const fill = (many: readonly string[]): string =>
        words.flatMap((word) => (word === "#" ? many : [word === "*" ? anyWord : word])).join(".");
    const keys = words.includes("#") ? [fill([]), fill([anyWord]), fill([anyWord, anyWord])] : [fill([])];
    const pairs = Object.entries(headers ?? {});
    const alone = pairs.length > 1 ? pairs.map((comparison) => Object.fromEntries([comparison])) : [];
    const tables = headers === undefined ? [{}] : [headers, ...alone].map((each) => ({ headers: each }));
    return keys.flatMap((key) => tables.map((table) => ({ vhost, exchange, routingKey: key, ...table })));
}
