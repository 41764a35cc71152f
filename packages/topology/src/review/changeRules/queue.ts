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
    "cannot be changed after a queue is declared: the provider deletes the queue and declares it again";
const source = providerResource("queue");
const protect = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/";
const programOnly = "exists in this program only; nothing changes on the broker";

/** @see https://www.rabbitmq.com/docs/queues#property-equivalence */
const fields: FieldRules<Queue> = {
    vhost: identityField("queue"),
    name: identityField("queue"),
    type: replaces("queue.type", declaredOnce, source),
    durable: replaces("queue.durable", declaredOnce, source),
    autoDelete: replaces("queue.autoDelete", declaredOnce, source),
    arguments: replaces("queue.arguments", declaredOnce, source),
    retain: updates("queue.retain", programOnly, protect),
    purpose: updates(
        "queue.purpose",
        programOnly,
        "https://www.pulumi.com/docs/iac/concepts/resources/options/",
    ),
};

const secondQueue =
    "Declare a second queue with another name, bind it instead of this one, let consumers empty this one (or move its messages with a shovel), and delete it in a later release. Set TTL, limits and dead-lettering by policy: a policy changes in place. topology migrate plans and takes these steps.";

const replaced = effectRule({
    id: "queue.replaced",
    consequences: ["lost"],
    reason: "the type, durability and arguments of a queue cannot be changed: the provider deletes the queue and declares it again. All its messages are lost and its consumers are cancelled",
    safeWay: secondQueue,
    source,
    invariants: ["approvedDestruction"],
});

const unboundDuringReplacement = effectRule({
    id: "queue.unboundDuringReplacement",
    consequences: ["dropped"],
    reason: "the bindings of a queue are deleted with it and created again later: messages published in between do not reach the queue",
    safeWay: secondQueue,
    source: docs("queues#deletion"),
    invariants: ["approvedDestruction"],
});

const deleted = effectRule({
    id: "queue.deleted",
    consequences: ["lost"],
    reason: "the provider deletes a queue even if it is in use or not empty: all its messages are lost",
    safeWay:
        "Unbind the queue in one release, let its consumers empty it, and delete it in a later release. topology migrate plans and takes these steps.",
    source,
    invariants: ["approvedDestruction", "removedAfterUse"],
});

const renamed = effectRule({
    id: "queue.renamed",
    consequences: ["lost"],
    reason: "a queue cannot be renamed: the old queue is deleted with its messages, and the new queue starts empty. The same happens if the logical name of a Pulumi resource changes without an alias",
    safeWay:
        "Declare the new queue next to the old one, move the consumers when the old one is empty, and delete it in a later release. topology migrate plans and takes these steps.",
    source: "https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/",
    invariants: ["approvedDestruction", "renamesKeepQueues"],
});

const unprotected = effectRule({
    id: "queue.unprotected",
    consequences: ["none"],
    reason: "the queue loses its protection: Pulumi no longer refuses changes that delete or replace it with its messages",
    safeWay: "Keep the queue protected until the release that deletes it.",
    source: protect,
    invariants: ["approvedDestruction"],
});

export const queueRules = [replaced, unboundDuringReplacement, deleted, renamed, unprotected];

export const queueRule: KindRule = {
    fields,
    created: {
        rule: "queue.created",
        text: "a new queue takes no messages from existing queues",
        source: docs("queues"),
    },
    deleted: { rule: deleted.id, text: "the queue is deleted with its messages", source },
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
        text: `${fieldNames(replacing(changed))} ${declaredOnce}. All its messages are lost and its consumers are cancelled${protectionText(queue)}`,
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
                  text: `its ${bindings.length === 1 ? "binding is" : `${bindings.length} bindings are`} deleted with it and created again later: messages published in between do not reach the queue`,
              }),
          ];
}

function deletion({ object }: Draft, { comparison }: Context): Effect {
    const queue = comparison.before.queueNamed(object.vhost, object.name);
    const successor = queue === undefined ? undefined : successorOf(queue, comparison);
    return successor === undefined
        ? effectOf(deleted, "lost", {
              text: `${deleted.reason}${protectionText(queue)}`,
          })
        : effectOf(renamed, "lost", {
              text: `it seems to be renamed to "${successor.name}", but a queue cannot be renamed: the old queue is deleted with its messages, and the new queue starts empty${protectionText(queue)}`,
              safeWay: `Declare "${successor.name}" next to it, move the consumers when this one is empty, and delete it in a later release. topology migrate plans and takes these steps.`,
          });
}

function protectionText(queue: Queue | undefined): string {
    return queue?.retain === true
        ? ". While the queue is protected, Pulumi refuses the change and the whole update fails"
        : "";
}

function replacing(changed: Draft["fields"]): Draft["fields"] {
    return changed.filter((each) => queueRule.fields[topField(each)]?.action === "replace");
}
