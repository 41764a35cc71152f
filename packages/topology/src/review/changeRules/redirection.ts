import { quoted } from "../../text/names.ts";
import type { Effect } from "../compare/change.ts";
import type { BlamedRouteChange } from "../compare/routes/routingDiff.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";

const rerouted = effectRule({
    id: "service.rerouted",
    consequences: ["dropped", "delayed", "reordered"],
    reason: "a service sends a message to another exchange or with another key, and it reaches other queues than before, or none",
    safeWay:
        "Bind the queue with the new key in a release before, and give the old one up in a release after.",
    source: docs("publishers#unroutable"),
    invariants: ["routedPublications", "removedAfterUse"],
});

export const redirectionRules = [rerouted];

/** What it means that a service sends the same message elsewhere; further copies, and messages that find a queue at last, cost nothing. */
export function redirectionEffects(routes: readonly BlamedRouteChange[]): readonly Effect[] {
    return routes.flatMap(({ change }): readonly Effect[] => {
        const { exchange, routingKey, before, after, uses } = change;
        const lost = quoted(before.queues.filter((name) => !after.queues.includes(name)));
        const told = (text: string) => ({
            text: `${uses.join("; ")} to exchange "${exchange}" with key "${routingKey}" now, ${text}`,
            route: change.id,
        });
        switch (change.kind) {
            case "unroutable":
                return [
                    effectOf(
                        rerouted,
                        "dropped",
                        told("which no queue takes: it comes back to the publisher or is dropped"),
                    ),
                ];
            case "parked":
                return [
                    effectOf(
                        rerouted,
                        "delayed",
                        told(
                            `which is not delivered to ${lost}: it is unroutable and parked in ${quoted(after.queues)}`,
                        ),
                    ),
                ];
            case "narrowed":
                return [effectOf(rerouted, "dropped", told(`which does not reach ${lost}`))];
            case "moved":
                return [
                    effectOf(
                        rerouted,
                        "reordered",
                        told(
                            `which reaches ${quoted(after.queues)} instead of ${lost}: what lies in the old queue and what comes to the new one are consumed side by side`,
                        ),
                    ),
                ];
            case "duplicated":
            case "routed":
                return [];
        }
    });
}
