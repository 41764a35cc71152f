import { type InVhost, objectKey, type Publication, type Service, type Topology } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { Effect, FieldChange } from "../compare/change.ts";
import { fieldPath } from "../compare/comparedObject.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { publicationEffects } from "./publication.ts";
import { redirectionEffects } from "./redirection.ts";
import { type Draft, docs, type FieldRules, identityField, type KindRule, updates } from "./rule.ts";
import { isLowered } from "./settingRule.ts";

const told = "is told to the service with its next deployment; the broker is told nothing";

const fields: FieldRules<Service> = {
    vhost: identityField("service"),
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

const timeoutLowered = effectRule({
    id: "service.timeout",
    consequences: ["dropped"],
    reason: "a service waits less long for an answer: later answers are dropped",
    safeWay: "Make sure that the answering service is that fast.",
    source: docs("direct-reply-to"),
    invariants: ["requestsExpire", "safeSettingChanges"],
});

const jobLimitLowered = effectRule({
    id: "service.jobLimit",
    consequences: ["delayed"],
    reason: "handling a message counts as failed sooner, and is tried again",
    source: docs("consumers"),
    invariants: ["sufficientJobTime", "safeSettingChanges"],
});

const stopped = effectRule({
    id: "service.stopped",
    consequences: ["delayed"],
    reason: "no replica runs: what the service consumes waits in its queues",
    source: docs("consumers"),
    invariants: ["removedAfterUse"],
});

export const serviceRules = [timeoutLowered, jobLimitLowered, stopped];

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
    { object }: Draft,
    change: FieldChange,
    before: TopologyView,
    after: TopologyView,
): readonly Effect[] {
    const [list, message, property] = fieldPath(change.field);
    const publication = list === "publishes" ? publicationOf(after.topology, object, message) : undefined;
    if (publication !== undefined && publicationOf(before.topology, object, message) !== undefined) {
        return publicationEffects(change, property, publication, object.vhost, after);
    }
    if (list === "calls" && property === "timeout" && isLowered(change.before, change.after)) {
        return [
            effectOf(timeoutLowered, "dropped", {
                text: `the service waits less long for the answer to "${message ?? ""}": later answers are dropped`,
            }),
        ];
    }
    if (list === "consumes" && property === "jobLimit" && isLowered(change.before, change.after)) {
        return [
            effectOf(jobLimitLowered, "delayed", {
                text: `handling "${message ?? ""}" counts as failed sooner, and is tried again`,
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
