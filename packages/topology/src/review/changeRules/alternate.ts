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
    reason: "what no binding of an exchange takes has no alternate to go on to any more, or one that does not take it; it comes back to the publisher or is dropped",
    safeWay: "Bind every key that is still published, or keep the alternate exchange.",
    source: docs("ae"),
    invariants: ["removedAfterUse", "safeSettingChanges"],
});

const moved = effectRule({
    id: "alternate.moved",
    consequences: ["delayed"],
    reason: "what no binding of an exchange takes goes on to another alternate, where others may look for it",
    source: docs("ae"),
    invariants: ["safeSettingChanges"],
});

export const alternateRules = [removed, moved];

/** What happens to messages that no binding takes, where an exchange that stays gets another alternate or none. */
export function alternateEffects({ before, after }: Comparison): readonly Effect[] {
    return after.topology.exchanges.flatMap((is): readonly Effect[] => {
        const was = before.exchangeNamed(is.vhost, is.name);
        const old = was === undefined ? undefined : boundAlternate(before, was);
        if (old === undefined) {
            return [];
        }
        const now = boundAlternate(after, is);
        const object = { kind: "exchange", vhost: is.vhost, name: is.name } as const;
        if (now === undefined || (takesAnyKey(before, is.vhost, old) && !takesAnyKey(after, is.vhost, now))) {
            const instead = now === undefined ? "it" : `"${now}" takes few keys or none, so the rest`;
            return [
                effectOf(removed, "dropped", {
                    text: `what no binding of "${is.name}" takes went on to "${old}"; ${instead} comes back to the publisher or is dropped`,
                    object,
                }),
            ];
        }
        return now === old
            ? []
            : [
                  effectOf(moved, "delayed", {
                      text: `what no binding of "${is.name}" takes goes on to "${now}" instead of "${old}"`,
                      object,
                  }),
              ];
    });
}

/** Whether the alternate of an exchange takes less, or nothing any more, because this binding of it goes. */
export function isLastCatch(
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

/** The alternate exchange of an exchange, where it exists and something is bound to it. */
function boundAlternate(side: TopologyView, exchange: Exchange): string | undefined {
    const name = side.effective(exchange).settings.value("alternate-exchange");
    return typeof name === "string" && side.bindingsFrom({ vhost: exchange.vhost, name }).length > 0
        ? name
        : undefined;
}

/** Whether an alternate exchange finds a queue for a key that nobody names, itself or by its own alternate. What has a key of its own is told with the routes. */
function takesAnyKey(side: TopologyView, vhost: string, exchange: string): boolean {
    const headers = { values: {}, mayHaveOthers: false };
    return side.forwarded({ vhost, exchange, routingKeys: [anyWord], headers }).length > 0;
}
