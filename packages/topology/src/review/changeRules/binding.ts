import { type Binding, bindingKey } from "../../model/index.ts";
import { quoted } from "../../text/names.ts";
import type { Effect } from "../compare/change.ts";
import { bindingIn } from "../compare/comparison.ts";
import type { RouteBlame } from "../compare/routes/routeBlame.ts";
import type { BlamedRouteChange, RouteChange } from "../compare/routes/routingDiff.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import {
    type Context,
    type Draft,
    docs,
    type FieldRules,
    identityField,
    type KindRule,
    providerResource,
} from "./rule.ts";

/** A binding has no identity but its fields: another value is another binding, created before this one is deleted. */
const fields: FieldRules<Binding> = {
    vhost: identityField("binding"),
    source: identityField("binding"),
    destination: identityField("binding"),
    destinationType: identityField("binding"),
    routingKey: identityField("binding"),
    arguments: identityField("binding"),
};

export const bindingRule: KindRule = {
    fields,
    created: {
        rule: "binding.created",
        text: "another binding does not take messages away from existing ones",
        source: docs("exchanges"),
    },
    deleted: {
        rule: "binding.deleted",
        text: "no declared message is routed by it",
        source: providerResource("binding"),
    },
    effects: (draft, context) => {
        const { comparison, routing } = context;
        const side = draft.action === "delete" ? comparison.before : comparison.after;
        const each = bindingIn(side, draft.object);
        return each === undefined
            ? []
            : causedRoutes(each, draft, routing).flatMap(({ change }) =>
                  routeEffects(change, draft, context),
              );
    },
};

/**
 * The route changes that a binding causes. A deleted binding: the routes that used it. A new binding: the routes that use it now, and those
 * that the alternate exchange no longer gets. A message that matches a binding never goes to the alternate exchange, even if that binding
 * leads to an exchange without a queue for it.
 */
function causedRoutes(each: Binding, { action }: Draft, routing: RouteBlame): readonly BlamedRouteChange[] {
    const key = bindingKey(each);
    return action === "delete"
        ? routing.byLostBinding(key)
        : [...new Set([...routing.byNewBinding(key), ...routing.byLostAlternate(each.vhost, each.source)])];
}

const anotherRoute = {
    safeWay:
        "Bind the new queue in one release, let consumers empty the old queue, and unbind the old queue in a later release.",
    invariants: ["removedAfterUse"],
} as const;

const unroutable = effectRule({
    id: "binding.unroutable",
    consequences: ["dropped"],
    reason: "a routing key no longer reaches any queue: its messages are returned to the publisher or dropped",
    source: docs("publishers#unroutable"),
    ...anotherRoute,
});

const parked = effectRule({
    id: "binding.parked",
    consequences: ["delayed"],
    reason: "a routing key no longer matches a binding: its messages go to the alternate exchange and are parked in its queue",
    source: docs("ae"),
    ...anotherRoute,
});

const narrowed = effectRule({
    id: "binding.narrowed",
    consequences: ["dropped"],
    reason: "a routing key no longer reaches one of its queues: the consumers of that queue do not get these messages",
    source: docs("exchanges"),
    ...anotherRoute,
});

const moved = effectRule({
    id: "binding.moved",
    consequences: ["reordered"],
    reason: "a routing key goes to another queue: messages in the old queue and in the new one are consumed at the same time, so their order may change",
    source: docs("exchanges"),
    ...anotherRoute,
});

export const bindingRules = [unroutable, parked, narrowed, moved];

/** No effect if a message reaches more queues than before, or reaches a queue for the first time. */
function routeEffects(change: RouteChange, { action }: Draft, { comparison }: Context): readonly Effect[] {
    const { exchange, routingKey, before, after, uses, fate = "" } = change;
    const key = `routing key "${routingKey}" of exchange "${exchange}"`;
    const who = uses.length === 0 ? "" : ` (${uses.join("; ")})`;
    const where = quoted(after.queues);
    const lost = before.queues
        .filter((name) => !after.queues.includes(name))
        .map((name) => `"${name}"`)
        .join(", ");
    const effectCase = (text: string) => ({
        text,
        route: change.id,
        ...(action === "delete" &&
            comparison.before.hasServices && {
                safeWay:
                    "Stop publishing the routing key in one release and delete the binding in a later one; or bind another queue first.",
            }),
    });
    switch (change.kind) {
        case "unroutable":
            return [
                effectOf(
                    unroutable,
                    "dropped",
                    effectCase(
                        `${key} no longer reaches any queue${who}: its messages are returned to the publisher or dropped`,
                    ),
                ),
            ];
        case "parked":
            return [
                effectOf(
                    parked,
                    "delayed",
                    effectCase(`${key} is no longer delivered to ${lost}${who}: ${fate}`),
                ),
            ];
        case "narrowed":
            return [
                effectOf(narrowed, "dropped", effectCase(`${key} is no longer delivered to ${lost}${who}`)),
            ];
        case "moved":
            return [
                effectOf(
                    moved,
                    "reordered",
                    effectCase(
                        `${key} goes to ${where} instead of ${lost}${who}: messages in the old queue and in the new one are consumed at the same time, so their order may change`,
                    ),
                ),
            ];
        case "duplicated":
        case "routed":
            return [];
    }
}
