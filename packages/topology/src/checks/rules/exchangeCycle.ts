import type { Exchange } from "../../model/index.ts";
import { exchangePlace } from "../../text/place.ts";
import { cyclesOf } from "../facts/cycles.ts";
import type { CheckRule } from "../rule.ts";

export const exchangeCycle: CheckRule = {
    id: "exchangeCycle",
    severity: "warning",
    reason: "Exchanges are bound in a cycle. The broker routes a message through each exchange only once, so the binding that closes the cycle adds nothing and makes the routing hard to follow.",
    fix: "Remove the binding or alternate exchange that closes the cycle.",
    invariants: ["noExchangeCycle"],
    source: "https://www.rabbitmq.com/docs/e2e",
    check: ({ topology: { exchanges }, bindingsFrom, exchangeNamed, alternateOf }) => {
        const next = (exchange: Exchange): readonly Exchange[] => {
            const names = bindingsFrom(exchange)
                .filter(({ destinationType }) => destinationType === "exchange")
                .map(({ destination }) => destination);
            return [...names, alternateOf(exchange) ?? ""]
                .map((name) => exchangeNamed(exchange.vhost, name))
                .filter((each) => each !== undefined);
        };
        const cycleOf = new Map<Exchange, ReadonlySet<Exchange>>();
        for (const cycle of cyclesOf(exchanges, next)) {
            for (const each of cycle) {
                cycleOf.set(each, cycle);
            }
        }
        const reported = new Set<Exchange>();
        return exchanges.flatMap((exchange) => {
            const cycle = cycleOf.get(exchange);
            if (cycle === undefined || reported.has(exchange)) {
                return [];
            }
            const path = pathBack(exchange, (each) => next(each).filter((other) => cycle.has(other)));
            for (const each of path) {
                reported.add(each);
            }
            return [
                {
                    place: exchangePlace(exchange),
                    message: `is part of a cycle of exchanges: ${[...path, exchange].map(({ name }) => name).join(" -> ")}`,
                    fix: "remove the binding or alternate exchange that closes the cycle",
                },
            ];
        });
    },
};

/** A shortest path from an exchange of a cycle back to itself. */
function pathBack(start: Exchange, next: (exchange: Exchange) => readonly Exchange[]): readonly Exchange[] {
    const cameFrom = new Map<Exchange, Exchange>();
    const pending = [start];
    // The loop appends to the list that it iterates over.
    for (const here of pending) {
        for (const each of next(here)) {
            if (each === start) {
                const path: Exchange[] = [];
                for (let back: Exchange | undefined = here; back !== undefined; back = cameFrom.get(back)) {
                    path.push(back);
                }
                return path.reverse();
            }
            if (!cameFrom.has(each)) {
                cameFrom.set(each, here);
                pending.push(each);
            }
        }
    }
    return [start];
}
