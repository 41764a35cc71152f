import type { Exchange } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { ChangedObject, Effect } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import { anyWord } from "../compare/routes/routeProbe.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { type Draft, docs } from "./rule.ts";

const removed = effectRule({
    id: "alternate.removed",
    consequences: ["dropped"],
    reason: "messages that match no binding of an exchange no longer reach a queue through its alternate exchange; they are returned to the publisher or dropped",
    safeWay: "Bind every routing key that is still published, or keep the alternate exchange.",
    source: docs("ae"),
    invariants: ["removedAfterUse", "safeSettingChanges"],
});

const moved = effectRule({
    id: "alternate.moved",
    consequences: ["delayed"],
    reason: "messages that match no binding of an exchange go to another alternate exchange, and so to other queues",
    source: docs("ae"),
    invariants: ["safeSettingChanges"],
});

export const alternateRules = [removed, moved];

/** What happens to messages that match no binding, where an exchange stays and its alternate exchange changes or is removed. */
export function alternateEffects({ before, after }: Comparison): readonly Effect[] {
    return after.topology.exchanges.flatMap((exchangeAfter): readonly Effect[] => {
        const exchangeBefore = before.exchangeNamed(exchangeAfter.vhost, exchangeAfter.name);
        const alternateBefore =
            exchangeBefore === undefined ? undefined : boundAlternate(before, exchangeBefore);
        if (alternateBefore === undefined) {
            return [];
        }
        const alternateAfter = boundAlternate(after, exchangeAfter);
        const object = { kind: "exchange", vhost: exchangeAfter.vhost, name: exchangeAfter.name } as const;
        if (
            alternateAfter === undefined ||
            (routesAnyKey(before, exchangeAfter.vhost, alternateBefore) &&
                !routesAnyKey(after, exchangeAfter.vhost, alternateAfter))
        ) {
            return [
                effectOf(removed, "dropped", {
                    text: `messages that match no binding of "${exchangeAfter.name}" went to its alternate exchange "${alternateBefore}"; ${alternateAfter === undefined ? "they are" : `"${alternateAfter}" does not route all of them, so the rest is`} returned to the publisher or dropped`,
                    object,
                }),
            ];
        }
        return alternateAfter === alternateBefore
            ? []
            : [
                  effectOf(moved, "delayed", {
                      text: `messages that match no binding of "${exchangeAfter.name}" go to alternate exchange "${alternateAfter}" instead of "${alternateBefore}"`,
                      object,
                  }),
              ];
    });
}

/** Whether this change deletes a binding of the exchange's alternate exchange, so that the alternate routes less. */
export function removesAlternateBinding(
    { object, action, fields }: Draft,
    { vhost, name }: ChangedObject,
    { before }: Comparison,
): boolean {
    if (object.kind !== "binding" || action !== "delete" || object.vhost !== vhost) {
        return false;
    }
    const exchange = before.exchangeNamed(vhost, name);
    const alternate =
        exchange === undefined ? undefined : before.effective(exchange).settings.value("alternate-exchange");
    return fields.some(({ field, before: source }) => field === "source" && source === alternate);
}

/** The name of an exchange's alternate exchange, if that has at least one binding. */
function boundAlternate(side: TopologyView, exchange: Exchange): string | undefined {
    const name = side.effective(exchange).settings.value("alternate-exchange");
    return typeof name === "string" && side.bindingsFrom({ vhost: exchange.vhost, name }).length > 0
        ? name
        : undefined;
}

/**
 * Whether an alternate exchange, or its own alternate, routes a key that no binding names. Keys that bindings do name are compared as
 * routes.
 */
function routesAnyKey(side: TopologyView, vhost: string, exchange: string): boolean {
    const headers = { values: {}, mayHaveOthers: false };
    return side.forwarded({ vhost, exchange, routingKeys: [anyWord], headers }).length > 0;
}
