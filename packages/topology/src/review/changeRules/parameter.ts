import { federationOf } from "../../links/federation.ts";
import { endText } from "../../links/linkText.ts";
import { type Shovel, shovelOf } from "../../links/shovel.ts";
import {
    type Exchange,
    type GlobalParameter,
    linkComponents,
    type Parameter,
    type ParameterKind,
    type Queue,
} from "../../model/index.ts";
import { quoted } from "../../text/names.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { ChangedObject, Effect } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs, type FieldRules, identityField, type KindRule, updates } from "./rule.ts";

const pages: Readonly<Record<ParameterKind, string>> = {
    shovel: docs("shovel-dynamic"),
    "federation upstream": docs("federation"),
    "federation upstream set": docs("federation"),
    parameter: docs("parameters"),
};

/** A parameter is changed in place, and what runs with it is started again. */
function ruleOf(kind: ParameterKind, effects: KindRule["effects"] = () => []): KindRule {
    const source = pages[kind];
    const id = kind.replaceAll(/ (?<letter>[a-z])/gu, (_, letter: string) => letter.toUpperCase());
    const fields: FieldRules<Parameter> = {
        vhost: identityField(id),
        component: identityField(id),
        name: identityField(id),
        value: updates(`${id}.value`, "is changed in place; what runs with it starts again", source),
    };
    return {
        fields,
        created: { rule: `${id}.created`, text: "no existing route changes", source },
        deleted: { rule: `${id}.deleted`, text: "no declared object uses it", source },
        effects,
    };
}

const shovelDeleted = effectRule({
    id: "shovel.deleted",
    consequences: ["dropped"],
    reason: "a shovel stops: what it moved no longer arrives. Messages stay in its source queue; the queue that it had at a source exchange is deleted with its messages",
    safeWay:
        "Let the consumers of its destination read from its source first, and delete it in a later release.",
    source: docs("shovel-dynamic"),
    invariants: ["approvedDestruction", "removedAfterUse"],
});

const shovelMoved = effectRule({
    id: "shovel.moved",
    consequences: ["dropped"],
    reason: "a shovel moves messages elsewhere: consumers of its old destination do not get them",
    safeWay: "Add a second shovel, move the consumers, and delete the first one in a later release.",
    source: docs("shovel-dynamic"),
    invariants: ["approvedDestruction", "removedAfterUse"],
});

const unfederated = effectRule({
    id: "federation.lost",
    consequences: ["dropped"],
    reason: "an exchange or queue loses an upstream: messages of the upstream no longer arrive, and the queue that the link had there is deleted with its messages",
    safeWay: "Move the publishers of the upstream first.",
    source: docs("federation"),
    invariants: ["approvedDestruction", "removedAfterUse"],
});

export const parameterRules = [shovelDeleted, shovelMoved, unfederated];

export const shovelRule = ruleOf("shovel", ({ action, object }, { comparison }) => {
    const before = shovelIn(comparison.before, object);
    const after = shovelIn(comparison.after, object);
    if (action === "create" || before === undefined) {
        return [];
    }
    const [from, to] = [endText(before.source, "source"), endText(before.destination, "destination")];
    if (after === undefined) {
        return [
            effectOf(shovelDeleted, "dropped", {
                text: `messages from ${from} no longer arrive in ${to}; ${restOf(before)}`,
            }),
        ];
    }
    const [nextFrom, nextTo] = [endText(after.source, "source"), endText(after.destination, "destination")];
    return from === nextFrom && to === nextTo
        ? []
        : [
              effectOf(shovelMoved, "dropped", {
                  text:
                      from === nextFrom
                          ? `messages from ${from} arrive in ${nextTo} instead of ${to}`
                          : `messages from ${from} no longer arrive in ${to}; messages from ${nextFrom} arrive in ${nextTo}`,
              }),
          ];
});

function restOf({ source: { object } }: Shovel): string {
    return object?.kind === "exchange"
        ? "the queue that the shovel had there is deleted with its messages"
        : "they stay where they are";
}

function shovelIn({ topology }: TopologyView, { vhost, name }: ChangedObject): Shovel | undefined {
    const parameter = topology.parameters?.find(
        (each) => each.component === linkComponents.shovel && each.vhost === vhost && each.name === name,
    );
    return parameter === undefined ? undefined : shovelOf(parameter);
}

export const upstreamRule = ruleOf("federation upstream", ({ action, object }, { comparison }) =>
    action === "delete" ? lostBy(object, comparison) : [],
);
export const upstreamSetRule = ruleOf("federation upstream set", ({ action, object }, { comparison }) =>
    action === "create" ? [] : lostFromSet(object, comparison),
);
export const otherParameterRule = ruleOf("parameter");

const globalFields: FieldRules<GlobalParameter> = {
    name: identityField("globalParameter"),
    value: updates("globalParameter.value", "is changed in place", docs("parameters")),
};

export const globalParameterRule: KindRule = {
    ...ruleOf("parameter"),
    fields: globalFields,
};

/** What a deleted upstream means for the queues and exchanges that it fed and that remain. */
function lostBy({ vhost, name }: ChangedObject, { before, after }: Comparison): readonly Effect[] {
    const { federatedFrom } = federationOf(before.topology, before.version);
    return [...before.exchangesOf(vhost), ...before.queuesOf(vhost)]
        .filter((each) => federatedFrom(each).some((upstream) => upstream.name === name))
        .filter((each) => remaining(each, after) !== undefined)
        .map((each) => lostUpstreams(each, [name]));
}

/** What a set that lost upstreams means for the queues and exchanges that use it. */
function lostFromSet({ vhost, name }: ChangedObject, comparison: Comparison): readonly Effect[] {
    const { before } = comparison;
    return [...before.exchangesOf(vhost), ...before.queuesOf(vhost)]
        .filter((each) => before.effective(each).settings.value("federation-upstream-set") === name)
        .flatMap((each) => upstreamsOnlyBefore(each, comparison));
}

/** The effects of policies that no longer lead to an upstream, on exchanges that remain; queues have a rule for the setting. */
export function federationEffects(comparison: Comparison): readonly Effect[] {
    return comparison.before.topology.exchanges.flatMap((each) => upstreamsOnlyBefore(each, comparison));
}

/** The effect on an object that remains and loses upstreams that still exist. */
function upstreamsOnlyBefore(object: Exchange | Queue, { before, after }: Comparison): readonly Effect[] {
    const had = federationOf(before.topology, before.version).federatedFrom(object);
    const later = remaining(object, after);
    if (had.length === 0 || later === undefined) {
        return [];
    }
    const federation = federationOf(after.topology, after.version);
    const kept = new Set(federation.federatedFrom(later).map(({ name }) => name));
    const lost = had
        .map(({ name }) => name)
        .filter((name) => !kept.has(name) && federation.upstreamNamed(object.vhost, name) !== undefined);
    return lost.length === 0 ? [] : [lostUpstreams(object, lost)];
}

function remaining(object: Exchange | Queue, after: TopologyView): Exchange | Queue | undefined {
    const { vhost, name } = object;
    return isExchange(object) ? after.exchangeNamed(vhost, name) : after.queueNamed(vhost, name);
}

function lostUpstreams(object: Exchange | Queue, names: readonly string[]): Effect {
    const { vhost, name } = object;
    return effectOf(unfederated, "dropped", {
        text: `messages of upstream ${quoted(names)} no longer arrive, and the queue that the link had there is deleted with its messages`,
        object: { kind: isExchange(object) ? "exchange" : "queue", vhost, name },
    });
}

function isExchange(object: Exchange | Queue): object is Exchange {
    return "internal" in object;
}
