import { type Binding, bindingKey } from "../../model/index.js";
import type { Effect } from "../change.js";
import type { RouteBlame } from "../routeBlame.js";
import type { BlamedRouteChange, RouteChange } from "../routingDiff.js";
import {
    type Context,
    type Draft,
    docs,
    type FieldRules,
    identityField,
    type KindRule,
    providerResource,
} from "./rule.js";

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
        const { pair, routing } = context;
        const side = draft.action === "delete" ? pair.before : pair.after;
        const each = side.binding(draft.object);
        return each === undefined
            ? []
            : suspects(each, draft, routing).map(({ change }) => rerouted(change, draft, context));
    },
};

/**
 * The route changes that a binding is to blame for. A deleted one: those whose ways led over it. A new one: those that lead over it now, and
 * those that an alternate exchange no longer gets: a binding that takes a message keeps it from the alternate, even one to an exchange
 * that has no queue for it.
 */
function suspects(each: Binding, { action }: Draft, routing: RouteBlame): readonly BlamedRouteChange[] {
    const key = bindingKey(each);
    return action === "delete"
        ? routing.byLostBinding(key)
        : [...new Set([...routing.byNewBinding(key), ...routing.byLostAlternate(each.vhost, each.source)])];
}

function rerouted(change: RouteChange, { action }: Draft, { pair }: Context): Effect {
    const { exchange, routingKey, before, after, uses, consequence } = change;
    const key = `key "${routingKey}" of exchange "${exchange}"`;
    const who = uses.length === 0 ? "" : ` (${uses.join("; ")})`;
    const where = after.queues.map((name) => `"${name}"`).join(", ");
    const lost = before.queues.filter((name) => !after.queues.includes(name)).map((name) => `"${name}"`);
    const text = {
        unroutable: `${key} reaches no queue any more${who}: messages come back to the publisher or are dropped`,
        parked: `${key} reaches ${lost.join(", ")} no more and is only caught by the alternate exchange, in ${where}${who}`,
        narrowed: `${key} does not reach ${lost.join(", ")} any more${who}`,
        moved: `${key} goes to ${where} instead of ${lost.join(", ")}${who}: what lies in the old queue and what comes to the new one are consumed side by side`,
        duplicated: `${key} also goes to ${where}${who}`,
        routed: `${key} goes to ${where}${who}`,
    }[change.kind];
    return {
        consequence,
        route: change.id,
        reason: { rule: `binding.${change.kind}`, text, source: docs(sourceOf(change)) },
        safeWay:
            action === "delete" && pair.before.knowsServices
                ? "Stop publishing the key in one release, and delete the binding in a later one; or bind its new queue first."
                : "Bind the new queue in one release, let consumers empty the old one, and unbind that in a later one.",
    };
}

function sourceOf({ kind }: RouteChange): string {
    return kind === "unroutable" ? "publishers#unroutable" : kind === "parked" ? "ae" : "exchanges";
}
