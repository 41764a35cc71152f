import { quotedFirst } from "../../text/names.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";
import type { CauseParts, Fear } from "./cause.ts";
import { namesShown, namesText, objectsText } from "./objectNames.ts";
import { widenedText, widenedUsers } from "./widenedText.ts";

/** Whether a routing key loses its queue: its messages reach none, or one that no service consumes. */
export function losesQueue({ kind, consequence }: RouteChange): boolean {
    return consequence !== "none" && (kind === "unroutable" || kind === "parked");
}

/** What the verdict's line names: what a person fears for, with the values. */
export function subjectOf(
    parts: CauseParts,
    { fear, title }: { readonly fear: Fear; readonly title: string },
): string {
    const { contract, routing } = parts;
    switch (fear) {
        case "lost":
            return `${title}${alsoLost(parts)}`;
        case "unreceived":
            return unreceivedText(routing.filter(losesQueue));
        case "narrowed":
            return routing
                .filter(({ kind }) => kind === "narrowed")
                .slice(0, namesShown)
                .map(
                    ({ routingKey, before, after }) =>
                        `"${routingKey}" to ${quotedFirst(
                            before.queues.filter((name) => !after.queues.includes(name)),
                            namesShown,
                        )}`,
                )
                .join(", ");
        case "widened":
            return widenedUsers(parts)
                .slice(0, namesShown)
                .map((user) => `user "${user}" (${widenedText(parts, user)})`)
                .join(", ");
        case "unconsumed": {
            const queues = contract
                .filter(({ blocks, kind }) => blocks && kind === "unconsumed")
                .flatMap(({ subjects }) => subjects.map(({ name }) => name));
            return namesText([...new Set(queues)]);
        }
        case "broken":
            return namesText([
                ...new Set(contract.filter(({ blocks }) => blocks).map(({ service }) => service)),
            ]);
        case "dropped":
        case "delayed":
        case "reordered":
        case "none":
            return title;
    }
}

/** The queues that are lost with the changed object. */
function alsoLost({ roots, followers }: CauseParts): string {
    const queues = followers.filter(
        ({ object, consequence }) => object.kind === "queue" && consequence === "lost",
    );
    return roots.length === 0 || queues.length === 0
        ? ""
        : `, with ${objectsText(queues.map(({ object }) => object))}`;
}

/** `"notify.alert" of "spot.notifications" (it falls through to the alternate exchange and is parked in "unrouted")` */
function unreceivedText(routes: readonly RouteChange[]): string {
    const keys = [...new Set(routes.map(({ routingKey }) => routingKey))];
    const exchanges = [...new Set(routes.map(({ exchange }) => exchange))];
    const fates = [...new Set(routes.flatMap(({ fate }) => fate ?? []))];
    return `${namesText(keys)} of ${namesText(exchanges)} (${fates.join("; ")})`;
}
