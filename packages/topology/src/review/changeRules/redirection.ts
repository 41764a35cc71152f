import { quoted } from "../../text/names.ts";
import type { Effect } from "../compare/change.ts";
import type { BlamedRouteChange } from "../compare/routes/routingDiff.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";

const rerouted = effectRule({
    id: "service.rerouted",
    consequences: ["dropped", "delayed", "reordered"],
    reason: "a service publishes a message to another exchange or with another routing key, so it reaches other queues or none",
    safeWay:
        "Bind the queue with the new routing key in an earlier release, and delete the old binding in a later one.",
    source: docs("publishers#unroutable"),
    invariants: ["routedPublications", "removedAfterUse"],
});

export const redirectionRules = [rerouted];

/**
 * The effects of services that publish a message to another exchange or with another routing key. No effect if the message reaches more
 * queues than before, or reaches a queue for the first time.
 */
export function redirectionEffects(routes: readonly BlamedRouteChange[]): readonly Effect[] {
    return routes.flatMap(({ change }): readonly Effect[] => {
        const { exchange, routingKey, before, after, uses, fate = "" } = change;
        const lost = quoted(before.queues.filter((name) => !after.queues.includes(name)));
        const effectCase = (text: string) => ({
            text: `${uses.join("; ")} to exchange "${exchange}" with routing key "${routingKey}" now: ${text}`,
            route: change.id,
        });
        switch (change.kind) {
            case "unroutable":
                return [
                    effectOf(
                        rerouted,
                        "dropped",
                        effectCase("it reaches no queue and is returned to the publisher or dropped"),
                    ),
                ];
            case "parked":
                return [
                    effectOf(
                        rerouted,
                        "delayed",
                        effectCase(`it is no longer delivered to ${lost}: ${fate}`),
                    ),
                ];
            case "narrowed":
                return [effectOf(rerouted, "dropped", effectCase(`it is no longer delivered to ${lost}`))];
            case "moved":
                return [
                    effectOf(
                        rerouted,
                        "reordered",
                        effectCase(
                            `it goes to ${quoted(after.queues)} instead of ${lost}. Messages in the old queue and in the new one are consumed at the same time, so their order may change`,
                        ),
                    ),
                ];
            case "duplicated":
            case "routed":
                return [];
        }
    });
}
