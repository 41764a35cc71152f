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
    "is fixed when an exchange is declared: the provider deletes the exchange and declares it again";
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
        text: "a new exchange has neither publisher nor binding yet",
        source: docs("exchanges"),
    },
    deleted: {
        rule: "exchange.deleted",
        text: "no declared message goes through it, and no dead letter",
        source,
    },
    effects: (draft, { comparison }) => {
        const { action, object } = draft;
        return (action === "replace" || action === "delete") &&
            carries(comparison.before, object.vhost, object.name)
            ? [interrupted(draft)]
            : [];
    },
};

const replaced = effectRule({
    id: "exchange.replaced",
    consequences: ["dropped"],
    reason: "an exchange is deleted and declared again. All its bindings go with it and are made again after it: meanwhile publishers are refused (404) or their messages have no route, and dead letters are dropped",
    safeWay:
        "Declare a second exchange of another name with the same bindings, move publishers and dead letters to it, and delete the old one in a later release.",
    source,
    invariants: ["approvedDestruction", "removedAfterUse"],
});

const deleted = effectRule({
    id: "exchange.deleted",
    consequences: ["dropped"],
    reason: "an exchange that carries messages goes: its bindings go with it, publishers are refused (404), and dead letters that were sent to it are dropped",
    safeWay: "Move publishers and dead letters away in one release, and delete the exchange in a later one.",
    source,
    invariants: ["approvedDestruction", "removedAfterUse"],
});

export const exchangeRules = [replaced, deleted];

function interrupted({ action, object, fields: changed }: Draft): Effect {
    return action === "replace"
        ? effectOf(replaced, "dropped", {
              text: `${fieldNames(changed)} ${declaredOnce}. All its bindings go with it and are made again after it: meanwhile publishers are refused (404) or their messages have no route, and dead letters are dropped`,
              safeWay: `Declare a second exchange of another name with the same bindings, move publishers and dead letters to it, and delete "${object.name}" in a later release.`,
          })
        : effectOf(deleted, "dropped", {
              text: "it carries messages: its bindings go with it, publishers are refused (404), and dead letters that were sent to it are dropped",
          });
}

/** Whether a message may go through an exchange: declared, dead-lettered, handed on, or, where nobody declares, bound. */
export function carries(side: TopologyView, vhost: string, name: string): boolean {
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
