import type { Queue } from "../../model/index.js";
import type { Effect } from "../change.js";
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
} from "./rule.js";

const declaredOnce =
    "is fixed when a queue is declared: the provider deletes the queue and declares it again";
const source = providerResource("queue");
const ours = "is known to this program only; the broker is told nothing";

/** @see https://www.rabbitmq.com/docs/queues#property-equivalence */
const fields: FieldRules<Queue> = {
    vhost: identityField("queue"),
    name: identityField("queue"),
    type: replaces("queue.type", declaredOnce, source),
    durable: replaces("queue.durable", declaredOnce, source),
    autoDelete: replaces("queue.autoDelete", declaredOnce, source),
    arguments: replaces("queue.arguments", declaredOnce, source),
    retain: updates("queue.retain", ours, "https://www.pulumi.com/docs/iac/concepts/options/protect/"),
    purpose: updates("queue.purpose", ours, "https://www.pulumi.com/docs/iac/concepts/options/"),
};

const secondQueue =
    "Declare a second queue of another name beside it, bind it in this one's place, let the consumers empty this one (or move its messages with a shovel), and delete it in a later release. What a policy can set (TTL, limits, dead letters) changes in place when a policy says it.";

export const queueRule: KindRule = {
    fields,
    created: {
        rule: "queue.created",
        text: "a new queue takes nothing from another",
        source: docs("queues"),
    },
    deleted: { rule: "queue.deleted", text: "the messages go with the queue", source },
    effects: (draft, context) =>
        draft.action === "replace" || draft.action === "delete" ? destroyed(draft, context) : [],
};

function destroyed({ object, action, fields: changed }: Draft, { pair }: Context): readonly Effect[] {
    const queue = pair.before.queue(object.vhost, object.name);
    const what = queue?.type === "stream" ? "its whole log" : "every message in it";
    const guard =
        queue?.retain === true
            ? "; the engine refuses as long as the queue is protected, and the whole run fails before it begins"
            : "";
    const loss = {
        consequence: "lost",
        reason: {
            rule: action === "replace" ? "queue.replaced" : "queue.deleted",
            text:
                action === "replace"
                    ? `${fieldNames(replacing(changed))} ${declaredOnce}; ${what} is destroyed and its consumers are cancelled${guard}`
                    : `the provider deletes without asking whether the queue is empty or in use: ${what} is destroyed${guard}`,
            source,
        },
        safeWay:
            action === "replace"
                ? secondQueue
                : "Unbind the queue in one release, let its consumers empty it, and delete it in a later one.",
    } as const;
    const bindings = pair.before.topology.bindings.filter(
        ({ vhost, destination, destinationType }) =>
            vhost === object.vhost && destination === object.name && destinationType === "queue",
    );
    return action === "replace" && bindings.length > 0
        ? [
              loss,
              {
                  consequence: "dropped",
                  reason: {
                      rule: "queue.unboundMeanwhile",
                      text: `its ${bindings.length === 1 ? "binding is" : `${bindings.length} bindings are`} deleted with it and made again after it: what is published meanwhile does not reach it`,
                      source: docs("queues#deletion"),
                  },
                  safeWay: secondQueue,
              },
          ]
        : [loss];
}

function replacing(changed: Draft["fields"]): Draft["fields"] {
    return changed.filter((each) => queueRule.fields[topField(each)]?.action === "replace");
}
