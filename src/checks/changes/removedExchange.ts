import { exchangePlace } from "../place.js";
import type { ChangeRule } from "../rule.js";
import { removedVhosts } from "./removedVhost.js";

export const removedExchange: ChangeRule = {
    id: "removedExchange",
    severity: "error",
    reason: "An exchange is deleted: a publisher that still uses it gets its channel closed, and dead letters that went there are dropped.",
    fix: "Move the publishers first, and delete it in a later release.",
    invariants: [1, 32],
    source: "https://www.rabbitmq.com/docs/exchanges",
    check: (before, after) => {
        const gone = removedVhosts(before, after);
        return before.topology.exchanges
            .filter(({ vhost, name }) => !gone.has(vhost) && after.exchangeNamed(vhost, name) === undefined)
            .map((exchange) => ({
                place: exchangePlace(exchange),
                message: `is deleted with its ${before.bindingsFrom(exchange).length} bindings`,
                fix: "move its publishers first, and let somebody approve",
            }));
    },
};
