import type { RouteChange } from "../../../review/compare/routes/routingDiff.ts";
import { quotedFirst } from "../../../text/names.ts";
import { shortened } from "../../../text/units.ts";

const sendersShown = 3;

/** The known publishers: `service "gateway" publishes "request"`. */
function sendersText({ uses }: RouteChange): string {
    return shortened(uses, sendersShown).join(", ");
}

/** The route of a routing key before and after, in one sentence. */
export function routeSentence(route: RouteChange): string {
    const { exchange, routingKey, headers, before, after, kind, fate } = route;
    const key = headers === undefined ? `routing key "${routingKey}"` : `headers ${JSON.stringify(headers)}`;
    const from = exchange === "" ? "the default exchange" : `exchange "${exchange}"`;
    const senders = sendersText(route);
    const lost = before.queues.filter((name) => !after.queues.includes(name));
    const gained = after.queues.filter((name) => !before.queues.includes(name));
    const end = (): string => {
        switch (kind) {
            case "unroutable":
            case "parked":
                return `is no longer delivered to ${namesText(lost)}: ${fate ?? ""}`;
            case "narrowed":
                return `is no longer delivered to ${namesText(lost)}`;
            case "moved":
                return `is delivered to ${namesText(gained)} instead of ${namesText(lost)}`;
            case "duplicated":
                return `is also delivered to ${namesText(gained)}`;
            case "routed":
                return `is delivered to ${namesText(gained)} now`;
        }
    };
    return `${key} of ${from}${senders === "" ? "" : ` (${senders})`} ${end()}`;
}

const queuesShown = 4;

function namesText(names: readonly string[]): string {
    return names.length === 0 ? "a queue" : quotedFirst(names, queuesShown);
}
