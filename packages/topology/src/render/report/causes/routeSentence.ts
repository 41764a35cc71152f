import { groupBy } from "../../../lookup/groups.ts";
import type { RouteChange } from "../../../review/compare/routes/routingDiff.ts";
import { quotedFirst } from "../../../text/names.ts";
import { shortened } from "../../../text/units.ts";

const sendersShown = 3;

/** The known publishers: `service "gateway" publishes "request"`. */
function sendersText({ uses }: RouteChange): string {
    return shortened(uses, sendersShown).join(", ");
}

/** More routes with the same end are one sentence. */
const maxSingle = 2;

/** The routes of routing keys before and after. Routes of one exchange with the same end share a sentence. */
export function routeSentences(routes: readonly RouteChange[]): readonly string[] {
    const groups = groupBy(routes, (each) => JSON.stringify([each.exchange, endText(each)]));
    const byExchange = [...groups.values()].flatMap((group) =>
        group.length > maxSingle ? [sharedSentence(group)] : group.map(routeSentence),
    );
    const kinds = groupBy(byExchange.length > maxSentences ? routes : [], (each) =>
        JSON.stringify([each.exchange, each.kind, each.fate ?? ""]),
    );
    return kinds.size > 0 ? [...kinds.values()].map(summary) : byExchange;
}

/** With more sentences, only the number of routes of each kind is shown. */
const maxSentences = 8;

function keysText(routes: readonly RouteChange[]): string {
    return `routing keys ${quotedFirst([...new Set(routes.map(({ routingKey }) => routingKey))], queuesShown)}`;
}

function exchangeText({ exchange }: RouteChange): string {
    return exchange === "" ? "the default exchange" : `exchange "${exchange}"`;
}

function sharedSentence(routes: readonly RouteChange[]): string {
    const [first] = routes;
    return first === undefined
        ? ""
        : `${keysText(routes)} of ${exchangeText(first)} ${endText(first).replace(/^is /u, "are ")}`;
}

const summaries: Readonly<Record<RouteChange["kind"], string>> = {
    unroutable: "are no longer delivered",
    parked: "are no longer delivered",
    narrowed: "are no longer delivered to all of their queues",
    moved: "are delivered to other queues",
    duplicated: "are delivered to more queues",
    routed: "are delivered now",
};

function summary(routes: readonly RouteChange[]): string {
    const [first] = routes;
    return first === undefined
        ? ""
        : routes.length === 1
          ? routeSentence(first)
          : `${keysText(routes)} of ${exchangeText(first)} ${summaries[first.kind]}${first.fate === undefined ? "" : `: ${first.fate}`}`;
}

/** The route of a routing key before and after, in one sentence. */
function routeSentence(route: RouteChange): string {
    const { routingKey, headers } = route;
    const key = headers === undefined ? `routing key "${routingKey}"` : `headers ${JSON.stringify(headers)}`;
    const senders = sendersText(route);
    return `${key} of ${exchangeText(route)}${senders === "" ? "" : ` (${senders})`} ${endText(route)}`;
}

function endText({ before, after, kind, fate }: RouteChange): string {
    const lost = before.queues.filter((name) => !after.queues.includes(name));
    const gained = after.queues.filter((name) => !before.queues.includes(name));
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
}

const queuesShown = 4;

function namesText(names: readonly string[]): string {
    return names.length === 0 ? "a queue" : quotedFirst(names, queuesShown);
}
