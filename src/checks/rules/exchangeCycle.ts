import type { Exchange } from "../../model/index.js";
import { exchangePlace } from "../place.js";
import type { Rule } from "../rule.js";
import type { Subject } from "../subject.js";

export const exchangeCycle: Rule = {
    id: "exchangeCycle",
    severity: "warning",
    reason: "Exchanges feed each other in a circle: the broker visits each once for a message, so what looks like a second way is none, and nobody can say from the bindings where a message ends.",
    fix: "Remove the binding or alternate exchange that leads back.",
    invariants: [37],
    source: "https://www.rabbitmq.com/docs/e2e",
    check: (subject) => {
        const reported = new Set<Exchange>();
        return subject.topology.exchanges.flatMap((exchange) => {
            const path = reported.has(exchange) ? undefined : pathBack(subject, exchange);
            for (const each of path ?? []) {
                reported.add(each);
            }
            return path === undefined
                ? []
                : [
                      {
                          place: exchangePlace(exchange),
                          message: `feeds itself: ${[...path, exchange].map(({ name }) => name).join(" -> ")}`,
                          fix: "remove the binding or alternate exchange that leads back",
                      },
                  ];
        });
    },
};

/** A shortest way from an exchange back to itself. */
function pathBack(
    { bindingsFrom, exchangeNamed, alternateOf }: Subject,
    start: Exchange,
): readonly Exchange[] | undefined {
    const next = (exchange: Exchange): readonly Exchange[] => {
        const names = bindingsFrom(exchange)
            .filter(({ destinationType }) => destinationType === "exchange")
            .map(({ destination }) => destination);
        return [...names, alternateOf(exchange) ?? ""]
            .map((name) => exchangeNamed(exchange.vhost, name))
            .filter((each) => each !== undefined);
    };
    const cameFrom = new Map<Exchange, Exchange>();
    const pending = [start];
    for (let here = pending.shift(); here !== undefined; here = pending.shift()) {
        for (const each of next(here)) {
            if (each === start) {
                const path = [here];
                for (let back = cameFrom.get(here); back !== undefined; back = cameFrom.get(back)) {
                    path.unshift(back);
                }
                return path;
            }
            if (!cameFrom.has(each)) {
                cameFrom.set(each, here);
                pending.push(each);
            }
        }
    }
    return undefined;
}
