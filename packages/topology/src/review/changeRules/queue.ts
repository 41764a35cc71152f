import type { Queue } from "../../model/index.ts";
import type { Effect } from "../compare/change.ts";
import { successorOf } from "../compare/successor.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import {
    type Context,
    type Draft,
    docs,
    type FieldRules,
    fieldNames,
    identityField,
    type KindRule,
    providerResource,
    replaces,
    topField,
    updates,
} from "./rule.ts";

const declaredOnce =
    "is fixed when a queue is declared: the provider deletes the queue and declares it again";
const source = providerResource("queue");
const protect = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/";
const ours = "is known to this program only; the broker is told nothing";

/** @see https://www.rabbitmq.com/docs/queues#property-equivalence */
const fields: FieldRules<Queue> = {
    vhost: identityField("queue"),
    name: identityField("queue"),
    type: replaces("queue.type", declaredOnce, source),
    durable: replaces("queue.durable", declaredOnce, source),
    autoDelete: replaces("queue.autoDelete", declaredOnce, source),
    arguments: replaces("queue.arguments", declaredOnce, source),
    retain: updates("queue.retain", ours, protect),
    purpose: updates("queue.purpose", ours, "https://www.pulumi.com/docs/iac/concepts/resources/options/"),
};

const secondQueue =
    "Declare a second queue of another name beside it, bind it in this one's place, let the consumers empty this one (or move its messages with a shovel), and delete it in a later release. What a policy can set (TTL, limits, dead letters) changes in place when a policy says it.";

const replaced = effectRule({
    id: "queue.replaced",
    consequences: ["lost"],
    reason: "type, durability and arguments of a queue are fixed when it is declared: the provider deletes the queue and declares it again; every message in it is destroyed and its consumers are cancelled",
    safeWay: secondQueue,
    source,
    invariants: ["approvedDestruction"],
});

const unboundDuringReplacement = effectRule({
    id: "queue.unboundDuringReplacement",
    consequences: ["dropped"],
    reason: "the bindings of a queue are deleted with it and made again after it: what is published meanwhile does not reach it",
    safeWay: secondQueue,
    source: docs("queues#deletion"),
    invariants: ["approvedDestruction"],
});

const deleted = effectRule({
    id: "queue.deleted",
    consequences: ["lost"],
    reason: "the provider deletes without asking whether a queue is empty or in use: every message in it is destroyed",
    safeWay: "Unbind the queue in one release, let its consumers empty it, and delete it in a later one.",
    source,
    invariants: ["approvedDestruction", "removedAfterUse"],
});

const renamed = effectRule({
    id: "queue.renamed",
    consequences: ["lost"],
    reason: "there is no renaming: the queue of the old name is deleted with its messages, and the one of the new name begins empty; the same goes for a resource whose logical name changes without an alias",
    safeWay:
        "Declare the new queue beside the old one, move the consumers when the old one is empty, and delete it in a later release.",
    source: "https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/",
    invariants: ["approvedDestruction", "renamesKeepQueues"],
});

const unprotected = effectRule({
    id: "queue.unprotected",
    consequences: ["none"],
    reason: "from now on the engine replaces or deletes the queue, with its messages, when a change asks for it",
    safeWay: "Keep the queue protected until the release that deletes it.",
    source: protect,
    invariants: ["approvedDestruction"],
});

export const queueRules = [replaced, unboundDuringReplacement, deleted, renamed, unprotected];

export const queueRule: KindRule = {
    fields,
    created: {
        rule: "queue.created",
        text: "a new queue takes nothing from another",
        source: docs("queues"),
    },
    deleted: { rule: deleted.id, text: "the messages go with the queue", source },
    effects: (draft, context) => {
        switch (draft.action) {
            case "replace":
                return replacement(draft, context);
            case "delete":
                return [deletion(draft, context)];
            case "update":
                return draft.fields.some(({ field, before }) => field === "retain" && before === true)
                    ? [effectOf(unprotected, "none")]
                    : [];
            case "create":
                return [];
        }
    },
};

function replacement({ object, fields: changed }: Draft, { comparison }: Context): readonly Effect[] {
    const queue = comparison.before.queueNamed(object.vhost, object.name);
    const loss = effectOf(replaced, "lost", {
        text: `${fieldNames(replacing(changed))} ${declaredOnce}; ${contentOf(queue)} is destroyed and its consumers are cancelled${guardOf(queue)}`,
    });
    const bindings = comparison.before.topology.bindings.filter(
        ({ vhost, destination, destinationType }) =>
            vhost === object.vhost && destination === object.name && destinationType === "queue",
    );
    return bindings.length === 0
        ? [loss]
        : [
              loss,
              effectOf(unboundDuringReplacement, "dropped", {
                  text: `its ${bindings.length === 1 ? "binding is" : `${bindings.length} bindings are`} deleted with it and made again after it: what is published meanwhile does not reach it`,
              }),
          ];
}

function deletion({ object }: Draft, { comparison }: Context): Effect {
    const queue = comparison.before.queueNamed(object.vhost, object.name);
    const successor = queue === undefined ? undefined : successorOf(queue, comparison);
    return successor === undefined
        ? effectOf(deleted, "lost", {
              text: `the provider deletes without asking whether the queue is empty or in use: ${contentOf(queue)} is destroyed${guardOf(queue)}`,
          })
        : effectOf(renamed, "lost", {
              text: `"${successor.name}" seems to take its place, but there is no renaming: ${contentOf(queue)} is destroyed with the old queue, and the new one begins empty${guardOf(queue)}`,
              safeWay: `Declare "${successor.name}" beside it, move the consumers when this one is empty, and delete it in a later release.`,
          });
}

function contentOf(queue: Queue | undefined): string {
    return queue?.type === "stream" ? "its whole log" : "every message in it";
}

function guardOf(queue: Queue | undefined): string {
    return queue?.retain === true
        ? "; the engine refuses as long as the queue is protected, and the whole run fails before it begins"
        : "";
}

function replacing(changed: Draft["fields"]): Draft["fields"] {
    return changed.filter((each) => queueRule.fields[topField(each)]?.action === "replace");
}
