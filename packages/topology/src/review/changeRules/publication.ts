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
    reason: "the messages of a service are lost from classic queues when the broker restarts",
    safeWay: "Publish persistent messages, or use a quorum queue, which stores every message.",
    source: docs("queues#durability"),
    invariants: ["durableWork", "safeSettingChanges"],
});

const notMandatory = effectRule({
    id: "service.notMandatory",
    consequences: ["dropped"],
    reason: "the broker drops unroutable messages, and their publisher is not notified",
    safeWay: "Keep the mandatory flag, or give the exchange an alternate exchange.",
    source: docs("publishers#unroutable"),
    invariants: ["routedPublications", "safeSettingChanges"],
});

const expirationLowered = effectRule({
    id: "service.expiration",
    consequences: ["dropped", "delayed"],
    reason: "the messages of a service expire sooner, and are dropped or dead-lettered",
    safeWay: "Make sure that its consumer is fast enough.",
    source: docs("ttl#per-message-ttl-in-publishers"),
    invariants: ["safeSettingChanges"],
});

const urgencyChanged = effectRule({
    id: "service.priority",
    consequences: ["reordered"],
    reason: "messages get a higher priority than others, or no longer get it",
    source: docs("quorum-queues#priorities"),
    invariants: ["supportedPriorities", "safeSettingChanges"],
});

export const publicationRules = [transient, notMandatory, expirationLowered, urgencyChanged];

/** The effects of a service that publishes the same message with other properties. */
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
                          text: `"${message}" messages are lost from ${quoted(classic)} when the broker restarts`,
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
                          text: `if "${message}" is unroutable, the broker drops it, and the publisher is not notified`,
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
                            ? `urgent "${message}" messages are delivered before others`
                            : `urgent "${message}" messages are no longer delivered before others`,
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
        text: `"${message}" expires sooner and is ${survives ? "dead-lettered" : "dropped"}`,
    });
}
