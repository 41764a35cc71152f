import type { Publication } from "../../model/index.ts";
import { quoted } from "../../text/names.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { Effect, FieldChange } from "../compare/change.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";
import { isLowered } from "./settingRule.ts";

const transient = effectRule({
    id: "service.transient",
    consequences: ["dropped"],
    reason: "what a service publishes does not survive a restart of the broker in a classic queue",
    safeWay: "Publish persistent messages, or use a quorum queue, which keeps all.",
    source: docs("queues#durability"),
    invariants: ["durableWork", "safeSettingChanges"],
});

const notMandatory = effectRule({
    id: "service.notMandatory",
    consequences: ["dropped"],
    reason: "when no queue takes a message, the broker drops it and the publisher does not learn of it",
    safeWay: "Keep it mandatory, or give the exchange an alternate.",
    source: docs("publishers#unroutable"),
    invariants: ["routedPublications", "safeSettingChanges"],
});

const expirationLowered = effectRule({
    id: "service.expiration",
    consequences: ["dropped", "delayed"],
    reason: "what a service publishes expires sooner, and is dropped or goes to the dead letters",
    safeWay: "Make sure that its consumer is that fast.",
    source: docs("ttl#per-message-ttl-in-publishers"),
    invariants: ["safeSettingChanges"],
});

const urgencyChanged = effectRule({
    id: "service.priority",
    consequences: ["reordered"],
    reason: "messages begin to overtake others, or wait their turn again",
    source: docs("quorum-queues#priorities"),
    invariants: ["supportedPriorities", "safeSettingChanges"],
});

export const publicationRules = [transient, notMandatory, expirationLowered, urgencyChanged];

/** What it means that a service publishes the same message otherwise. */
export function publicationEffects(
    { before, after }: FieldChange,
    property: string | undefined,
    { message, exchange, routingKey }: Publication,
    vhost: string,
    side: TopologyView,
): readonly Effect[] {
    const { queues } = side.routing({ vhost, exchange, routingKey });
    switch (property) {
        case "persistent": {
            const classic = queues.filter((name) => side.queueNamed(vhost, name)?.type === "classic");
            return after === false && classic.length > 0
                ? [
                      effectOf(transient, "dropped", {
                          text: `"${message}" does not survive a restart of the broker in ${quoted(classic)}`,
                      }),
                  ]
                : [];
        }
        case "mandatory": {
            const object = side.exchangeNamed(vhost, exchange);
            const caught =
                object !== undefined &&
                side.effective(object).settings.get("alternate-exchange") !== undefined;
            return after === false && !caught
                ? [
                      effectOf(notMandatory, "dropped", {
                          text: `when no queue takes "${message}", the broker drops it and the publisher does not learn of it`,
                      }),
                  ]
                : [];
        }
        case "expiration":
            return isLowered(before, after) ? [expiry(message, queues, vhost, side)] : [];
        case "urgency":
            return [
                effectOf(urgencyChanged, "reordered", {
                    text:
                        after === true
                            ? `urgent "${message}" messages overtake the others`
                            : `urgent "${message}" messages wait their turn`,
                }),
            ];
        case undefined:
        default:
            return [];
    }
}

/** @see https://www.rabbitmq.com/docs/ttl#per-message-ttl-in-publishers */
function expiry(message: string, queues: readonly string[], vhost: string, side: TopologyView): Effect {
    const survives = queues.every((name) => side.fate(vhost, name, "expired").end.kind === "queue");
    return effectOf(expirationLowered, survives ? "delayed" : "dropped", {
        text: `"${message}" expires sooner, and ${survives ? "goes to the dead letters" : "is dropped"}`,
    });
}
