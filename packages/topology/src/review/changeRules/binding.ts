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

/** A binding is its fields: every other value is another binding, made before this one is deleted. */
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
        text: "a further binding takes no message from another",
        source: docs("exchanges"),
    },
    deleted: {
        rule: "binding.deleted",
        text: "no declared message depends on it",
        source: providerResource("binding"),
    },
    effects: (draft, context) => {
        const { comparison, routing } = context;
        const side = draft.action === "delete" ? comparison.before : comparison.after;
        const each = bindingIn(side, draft.object);
        return each === undefined
            ? []
            : suspects(each, draft, routing).flatMap(({ change }) => rerouted(change, draft, context));
    },
};

/**
 * The route changes that a binding is to blame for. A deleted one: those whose ways led over it. A new one: those that lead over it now,
 * and
 * those that an alternate exchange no longer gets: a binding that takes a message keeps it from the alternate, even one to an exchange
 * that has no queue for it.
 */
function suspects(each: Binding, { action }: Draft, routing: RouteBlame): readonly BlamedRouteChange[] {
    const key = bindingKey(each);
    return action === "delete"
        ? routing.byLostBinding(key)
        : [...new Set([...routing.byNewBinding(key), ...routing.byLostAlternate(each.vhost, each.source)])];
}

const anotherRoute = {
    safeWay:
        "Bind the new queue in one release, let consumers empty the old one, and unbind that in a later one.",
    invariants: ["removedAfterUse"],
} as const;

const unroutable = effectRule({
    id: "binding.unroutable",
    consequences: ["dropped"],
    reason: "a key that reached a queue reaches none any more: messages come back to the publisher or are dropped",
    source: docs("publishers#unroutable"),
    ...anotherRoute,
});

const parked = effectRule({
    id: "binding.parked",
    consequences: ["delayed"],
    reason: "a key that reached a queue is only caught by the alternate exchange, where messages wait for a person",
    source: docs("ae"),
    ...anotherRoute,
});

const narrowed = effectRule({
    id: "binding.narrowed",
    consequences: ["dropped"],
    reason: "a key does not reach one of its queues any more: the queue's consumer waits for what goes to others only",
    source: docs("exchanges"),
    ...anotherRoute,
});

const moved = effectRule({
    id: "binding.moved",
    consequences: ["reordered"],
    reason: "a key goes to another queue: what lies in the old queue and what comes to the new one are consumed side by side",
    source: docs("exchanges"),
    ...anotherRoute,
});

export const bindingRules = [unroutable, parked, narrowed, moved];

/** Further copies, and messages that find a queue at last, cost nothing. */
function rerouted(change: RouteChange, { action }: Draft, { comparison }: Context): readonly Effect[] {
    const { exchange, routingKey, before, after, uses } = change;
    const key = `key "${routingKey}" of exchange "${exchange}"`;
    const who = uses.length === 0 ? "" : ` (${uses.join("; ")})`;
    const where = quoted(after.queues);
    const lost = before.queues
        .filter((name) => !after.queues.includes(name))
        .map((name) => `"${name}"`)
        .join(", ");
    const told = (text: string) => ({
        text,
        route: change.id,
        ...(action === "delete" &&
            comparison.before.hasServices && {
                safeWay:
                    "Stop publishing the key in one release, and delete the binding in a later one; or bind its new queue first.",
            }),
    });
    switch (change.kind) {
        case "unroutable":
            return [
                effectOf(
                    unroutable,
                    "dropped",
                    told(
                        `${key} reaches no queue any more${who}: messages come back to the publisher or are dropped`,
                    ),
                ),
            ];
        case "parked":
            return [
                effectOf(
                    parked,
                    "delayed",
                    told(
                        `${key} is no longer delivered to ${lost}: it is unroutable and parked in ${where}${who}`,
                    ),
                ),
            ];
        case "narrowed":
            return [effectOf(narrowed, "dropped", told(`${key} does not reach ${lost} any more${who}`))];
        case "moved":
            return [
                effectOf(
                    moved,
                    "reordered",
                    told(
                        `${key} goes to ${where} instead of ${lost}${who}: what lies in the old queue and what comes to the new one are consumed side by side`,
                    ),
                ),
            ];
        case "duplicated":
        case "routed":
            return [];
    }
}
