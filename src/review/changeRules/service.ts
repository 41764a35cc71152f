import type { Publication, Service, Topology } from "../../model/index.js";
import type { Effect, FieldChange } from "../change.js";
import { fieldPath } from "../comparedObject.js";
import type { Side } from "../side.js";
import { type Draft, docs, type FieldRules, identityField, type KindRule, updates } from "./rule.js";
import { isLowered } from "./settingRule.js";

const told = "is told to the service with its next deployment; the broker is told nothing";

const fields: FieldRules<Service> = {
    name: identityField("service"),
    publishes: updates("service.publishes", told, docs("publishers")),
    consumes: updates("service.consumes", told, docs("consumers")),
    calls: updates("service.calls", told, docs("direct-reply-to")),
    replies: updates("service.replies", told, docs("direct-reply-to")),
    inspects: updates("service.inspects", told, docs("consumers")),
    redrives: updates("service.redrives", told, docs("consumers")),
    users: updates(
        "service.users",
        "lets the service log in as another user, with its next deployment",
        docs("access-control"),
    ),
    tags: updates("service.tags", told, docs("access-control")),
    workload: updates(
        "service.workload",
        "replaces the service's containers, which reconnect",
        docs("connections"),
    ),
};

/** What a service no longer finds is told with the contracts; here is what it does differently with the same objects. */
export const serviceRule: KindRule = {
    fields,
    created: {
        rule: "service.created",
        text: "another service uses the broker",
        source: docs("connections"),
    },
    deleted: {
        rule: "service.deleted",
        text: "what it leaves behind, and too early, stands with the contracts",
        source: docs("connections"),
    },
    effects: (draft, { pair }) =>
        draft.action === "update"
            ? draft.fields.flatMap((each) => fieldEffects(draft, each, pair.before, pair.after))
            : [],
};

function fieldEffects({ object }: Draft, change: FieldChange, before: Side, after: Side): readonly Effect[] {
    const [list, message, property] = fieldPath(change.field);
    const publication =
        list === "publishes" ? publicationOf(after.topology, object.name, message) : undefined;
    if (publication !== undefined && publicationOf(before.topology, object.name, message) !== undefined) {
        return publicationEffects(change, property, publication, after);
    }
    if (list === "calls" && property === "timeout" && isLowered(change.before, change.after)) {
        return [
            {
                consequence: "dropped",
                reason: {
                    rule: "service.timeout",
                    text: `the service waits less long for the answer to "${message ?? ""}": later answers are dropped`,
                    source: docs("direct-reply-to"),
                },
                safeWay: "Make sure that the answering service is that fast.",
            },
        ];
    }
    if (list === "consumes" && property === "jobLimit" && isLowered(change.before, change.after)) {
        return [
            {
                consequence: "delayed",
                reason: {
                    rule: "service.jobLimit",
                    text: `handling "${message ?? ""}" counts as failed sooner, and is tried again`,
                    source: docs("consumers"),
                },
            },
        ];
    }
    return list === "workload" && message === "replicas" && change.after === 0
        ? [
              {
                  consequence: "delayed",
                  reason: {
                      rule: "service.stopped",
                      text: "no replica runs: what the service consumes waits in its queues",
                      source: docs("consumers"),
                  },
              },
          ]
        : [];
}

function publicationOf(
    { services }: Topology,
    service: string,
    message: string | undefined,
): Publication | undefined {
    return services.find(({ name }) => name === service)?.publishes.find((each) => each.message === message);
}

function publicationEffects(
    { before, after }: FieldChange,
    property: string | undefined,
    { message, exchange, routingKey }: Publication,
    side: Side,
): readonly Effect[] {
    const { queues } = side.route({ vhost: side.home, exchange, routingKey });
    switch (property) {
        case "persistent": {
            const classic = queues.filter((name) => side.queue(side.home, name)?.type === "classic");
            return after === false && classic.length > 0
                ? [
                      {
                          consequence: "dropped",
                          reason: {
                              rule: "service.transient",
                              text: `"${message}" does not survive a restart of the broker in ${classic.map((name) => `"${name}"`).join(", ")}`,
                              source: docs("queues#durability"),
                          },
                          safeWay: "Publish persistent messages, or use a quorum queue, which keeps all.",
                      },
                  ]
                : [];
        }
        case "mandatory": {
            const object = side.exchange(side.home, exchange);
            const caught =
                object !== undefined &&
                side.ofExchange(object).settings.get("alternate-exchange") !== undefined;
            return after === false && !caught
                ? [
                      {
                          consequence: "dropped",
                          reason: {
                              rule: "service.notMandatory",
                              text: `when no queue takes "${message}", the broker drops it and the publisher does not learn of it`,
                              source: docs("publishers#unroutable"),
                          },
                          safeWay: "Keep it mandatory, or give the exchange an alternate.",
                      },
                  ]
                : [];
        }
        case "expiration":
            return isLowered(before, after) ? [expiry(message, queues, side)] : [];
        case "urgency":
            return [
                {
                    consequence: "reordered",
                    reason: {
                        rule: "service.urgency",
                        text:
                            after === true
                                ? `urgent "${message}" messages overtake the others`
                                : `urgent "${message}" messages wait their turn`,
                        source: docs("quorum-queues#priorities"),
                    },
                },
            ];
        case undefined:
        default:
            return [];
    }
}

/** @see https://www.rabbitmq.com/docs/ttl#per-message-ttl-in-publishers */
function expiry(message: string, queues: readonly string[], side: Side): Effect {
    const survives = queues.every((name) => side.fate(side.home, name, "expired").end.kind === "queue");
    return {
        consequence: survives ? "delayed" : "dropped",
        reason: {
            rule: "service.expiration",
            text: `"${message}" expires sooner, and ${survives ? "goes to the dead letters" : "is dropped"}`,
            source: docs("ttl#per-message-ttl-in-publishers"),
        },
        ...(!survives && { safeWay: "Make sure that its consumer is that fast." }),
    };
}
