import { type InVhost, objectKey, type Publication, type Service, type Topology } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { Effect, FieldChange } from "../compare/change.ts";
import { fieldPath } from "../compare/comparedObject.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { publicationEffects } from "./publication.ts";
import { redirectionEffects } from "./redirection.ts";
import { type Draft, docs, type FieldRules, identityField, type KindRule, updates } from "./rule.ts";
import { isLowered } from "./settingRule.ts";

const deployed = "applies when the service is deployed next; nothing changes on the broker";

const fields: FieldRules<Service> = {
    vhost: identityField("service"),
    name: identityField("service"),
    publishes: updates("service.publishes", deployed, docs("publishers")),
    consumes: updates("service.consumes", deployed, docs("consumers")),
    calls: updates("service.calls", deployed, docs("direct-reply-to")),
    replies: updates("service.replies", deployed, docs("direct-reply-to")),
    inspects: updates("service.inspects", deployed, docs("consumers")),
    redrives: updates("service.redrives", deployed, docs("consumers")),
    users: updates(
        "service.users",
        "makes the service log in as another user when it is deployed next",
        docs("access-control"),
    ),
    tags: updates("service.tags", deployed, docs("access-control")),
    workload: updates(
        "service.workload",
        "replaces the service's containers, which reconnect",
        docs("connections"),
    ),
};

const timeoutLowered = effectRule({
    id: "service.timeout",
    consequences: ["dropped"],
    reason: "a service waits less time for a reply: later replies are dropped",
    safeWay: "Make sure that the service that replies is fast enough.",
    source: docs("direct-reply-to"),
    invariants: ["requestsExpire", "safeSettingChanges"],
});

const jobLimitLowered = effectRule({
    id: "service.jobLimit",
    consequences: ["delayed"],
    reason: "processing a message times out sooner and is retried",
    source: docs("consumers"),
    invariants: ["sufficientJobTime", "safeSettingChanges"],
});

const stopped = effectRule({
    id: "service.stopped",
    consequences: ["delayed"],
    reason: "the service has no replicas: messages for it wait in its queues",
    source: docs("consumers"),
    invariants: ["removedAfterUse"],
});

export const serviceRules = [timeoutLowered, jobLimitLowered, stopped];

/** Changes of what a service does with the same objects. Objects that it no longer finds are contract changes. */
export const serviceRule: KindRule = {
    fields,
    created: {
        rule: "service.created",
        text: "another service uses the broker",
        source: docs("connections"),
    },
    deleted: {
        rule: "service.deleted",
        text: "queues and exchanges that it leaves unused are reported as contract changes",
        source: docs("connections"),
    },
    effects: (draft, { comparison, routing }) =>
        draft.action === "update"
            ? [
                  ...draft.fields.flatMap((each) =>
                      fieldEffects(draft, each, comparison.before, comparison.after),
                  ),
                  ...redirectionEffects(routing.byService(draft.object)),
              ]
            : [],
};

function fieldEffects(
    { object, fields: all }: Draft,
    change: FieldChange,
    before: TopologyView,
    after: TopologyView,
): readonly Effect[] {
    const [list, message, property] = fieldPath(change.field);
    // A new call or subscription has no earlier time limit.
    const isNew = all.some(({ field, before: earlier }) => {
        const [otherList, otherMessage, otherProperty] = fieldPath(field);
        return (
            otherList === list &&
            otherMessage === message &&
            otherProperty === "message" &&
            earlier === undefined
        );
    });
    const isShorter = !isNew && isLowered(change.before, change.after);
    const publication = list === "publishes" ? publicationOf(after.topology, object, message) : undefined;
    if (publication !== undefined && publicationOf(before.topology, object, message) !== undefined) {
        return publicationEffects(change, property, publication, object.vhost, after);
    }
    if (list === "calls" && property === "timeout" && isShorter) {
        return [
            effectOf(timeoutLowered, "dropped", {
                text: `the service waits less time for the reply to "${message ?? ""}": later replies are dropped`,
            }),
        ];
    }
    if (list === "consumes" && property === "jobLimit" && isShorter) {
        return [
            effectOf(jobLimitLowered, "delayed", {
                text: `processing "${message ?? ""}" times out sooner and is retried`,
            }),
        ];
    }
    return list === "workload" && message === "replicas" && change.after === 0
        ? [effectOf(stopped, "delayed")]
        : [];
}

function publicationOf(
    { services }: Topology,
    service: InVhost,
    message: string | undefined,
): Publication | undefined {
    return services
        .find((each) => objectKey(each) === objectKey(service))
        ?.publishes.find((each) => each.message === message);
}
