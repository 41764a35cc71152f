import type { Exchange } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { Effect } from "../compare/change.ts";
import { routeProbes } from "../compare/routes/routeProbe.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import {
    type Draft,
    docs,
    type FieldRules,
    fieldNames,
    identityField,
    type KindRule,
    providerResource,
    replaces,
} from "./rule.ts";

const declaredOnce =
    "cannot be changed after an exchange is declared: the provider deletes the exchange and declares it again";
const source = providerResource("exchange");

const fields: FieldRules<Exchange> = {
    vhost: identityField("exchange"),
    name: identityField("exchange"),
    type: replaces("exchange.type", declaredOnce, source),
    durable: replaces("exchange.durable", declaredOnce, source),
    autoDelete: replaces("exchange.autoDelete", declaredOnce, source),
    internal: replaces("exchange.internal", declaredOnce, source),
    arguments: replaces("exchange.arguments", declaredOnce, source),
};

export const exchangeRule: KindRule = {
    fields,
    created: {
        rule: "exchange.created",
        text: "a new exchange has no publishers and no bindings yet",
        source: docs("exchanges"),
    },
    deleted: {
        rule: "exchange.deleted",
        text: "no declared message and no dead letter is published to it",
        source,
    },
    effects: (draft, { comparison }) => {
        const { action, object } = draft;
        return (action === "replace" || action === "delete") &&
            isInUse(comparison.before, object.vhost, object.name)
            ? [interruption(draft)]
            : [];
    },
};

const replaced = effectRule({
    id: "exchange.replaced",
    consequences: ["dropped"],
    reason: "an exchange is deleted, with all its bindings, and declared again. Until its bindings are restored, publishing fails (404) or messages are unroutable, and dead letters are dropped",
    safeWay:
        "Declare a second exchange with another name and the same bindings, move publishers and dead letters to it, and delete the old one in a later release. topology migrate plans and takes these steps.",
    source,
    invariants: ["approvedDestruction", "removedAfterUse"],
});

const deleted = effectRule({
    id: "exchange.deleted",
    consequences: ["dropped"],
    reason: "an exchange that is in use is deleted with its bindings: publishing to it fails (404), and dead letters sent to it are dropped",
    safeWay:
        "Move publishers and dead letters to another exchange in one release, and delete this one in a later release.",
    source,
    invariants: ["approvedDestruction", "removedAfterUse"],
});

export const exchangeRules = [replaced, deleted];

function interruption({ action, object, fields: changed }: Draft): Effect {
    return action === "replace"
        ? effectOf(replaced, "dropped", {
              text: `${fieldNames(changed)} ${declaredOnce}. Until its bindings are restored, publishing fails (404) or messages are unroutable, and dead letters are dropped`,
              safeWay: `Declare a second exchange with another name and the same bindings, move publishers and dead letters to it, and delete "${object.name}" in a later release. topology migrate plans and takes these steps.`,
          })
        : effectOf(deleted, "dropped", {
              text: "the exchange is in use. It is deleted with its bindings: publishing to it fails (404), and dead letters sent to it are dropped",
          });
}

/** Whether messages may be published to an exchange: by a service, as dead letters, or from another exchange. Without declared services, a binding counts as use. */
export function isInUse(side: TopologyView, vhost: string, name: string): boolean {
    const { topology } = side;
    const probes = [...routeProbes(side).values()];
    return (
        probes.some(
            (each) =>
                each.vhost === vhost && each.exchange === name && (each.uses.length > 0 || !side.hasServices),
        ) ||
        topology.queues.some(
            (each) => each.vhost === vhost && side.settingOrDefault(each, "dead-letter-exchange") === name,
        ) ||
        topology.exchanges.some(
            (each) =>
                each.vhost === vhost && side.effective(each).settings.value("alternate-exchange") === name,
        ) ||
        topology.bindings.some(
            (each) =>
                each.vhost === vhost && each.destinationType === "exchange" && each.destination === name,
        )
    );
}
