import type { Exchange } from "../../model/index.ts";
import { exchangePlace } from "../../text/place.ts";
import { circlesOf } from "../facts/circles.ts";
import type { CheckRule } from "../rule.ts";

export const exchangeCycle: CheckRule = {
    id: "exchangeCycle",
    severity: "warning",
    reason: "Exchanges feed each other in a circle: the broker visits each once for a message, so what looks like a second way is none, and nobody can say from the bindings where a message ends.",
    fix: "Remove the binding or alternate exchange that leads back.",
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
        const circleOf = new Map<Exchange, ReadonlySet<Exchange>>();
        for (const circle of circlesOf(exchanges, next)) {
            for (const each of circle) {
                circleOf.set(each, circle);
            }
        }
        const reported = new Set<Exchange>();
        return exchanges.flatMap((exchange) => {
            const circle = circleOf.get(exchange);
            if (circle === undefined || reported.has(exchange)) {
                return [];
            }
            const path = pathBack(exchange, (each) => next(each).filter((other) => circle.has(other)));
            for (const each of path) {
                reported.add(each);
            }
            return [
                {
                    place: exchangePlace(exchange),
                    message: `feeds itself: ${[...path, exchange].map(({ name }) => name).join(" -> ")}`,
                    fix: "remove the binding or alternate exchange that leads back",
                },
            ];
        });
    },
};

/** A shortest way from an exchange of a circle back to itself. */
function pathBack(start: Exchange, next: (exchange: Exchange) => readonly Exchange[]): readonly Exchange[] {
    const cameFrom = new Map<Exchange, Exchange>();
    const pending = [start];
    // The list grows while it is read.
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
