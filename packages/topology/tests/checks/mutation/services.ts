import { duration } from "../../../src/model/index.ts";
import {
    addPermission,
    addQueue,
    addService,
    addUser,
    all,
    editService,
    editUser,
    permit,
    permitKeys,
    removePermission,
    removeTopicPermission,
    removeUser,
    set,
    unset,
} from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

export const serviceMutations = [
    ...mutationsOf(spot, [
        ["longRequestTtl", "requests without a TTL", unset("analyzer-orchestrator.rpc", "message-ttl")],
        [
            "longRequestTtl",
            "requests with a longer TTL than their callers' timeout",
            set("analyzer-orchestrator.rpc", { "message-ttl": 60_000 }),
        ],
        [
            "longRequestTtl",
            "a caller that waits less",
            editService("gateway", ({ calls }) => ({
                calls: calls.map((each) => ({ ...each, timeout: duration("1 second") })),
            })),
        ],
        [
            "deadLetteredRequest",
            "dead letters of requests",
            set("analyzer-orchestrator.rpc", { "dead-letter-exchange": "spot.dead-letter" }),
        ],
        [
            "unansweredCall",
            "a consumer that does not reply",
            editService("analyzer-orchestrator", () => ({ replies: false })),
        ],
        [
            "transientPublication",
            "work that is not persistent",
            editService("gateway", ({ publishes }) => ({
                publishes: publishes.map((each) => ({ ...each, persistent: false })),
            })),
        ],
        [
            "nonMandatoryPublication",
            "work that is not mandatory",
            editService("gateway", ({ publishes }) => ({
                publishes: publishes.map((each) => ({ ...each, mandatory: false })),
            })),
        ],
        [
            "unlimitedPrefetch",
            "a prefetch of zero",
            editService("notifier", ({ consumes }) => ({
                consumes: consumes.map((each) => ({ ...each, prefetch: 0 })),
            })),
        ],
        [
            "excessivePrefetch",
            "a prefetch above the queue's bound",
            editService("notifier", ({ consumes }) => ({
                consumes: consumes.map((each) => ({ ...each, prefetch: 50_000 })),
            })),
        ],
        [
            "excessivePrefetch",
            "very many replicas",
            editService("analyzer.links", ({ workload }) =>
                workload === undefined ? {} : { workload: { ...workload, replicas: 20_000 } },
            ),
        ],
        [
            "duplicateSubscription",
            "a message that is consumed from two queues",
            editService("result-processor", ({ consumes }) => ({
                consumes: consumes.map((each) => ({ ...each, message: "result" })),
            })),
        ],
        [
            "unconsumedCommandQueue",
            "a service that takes no commands",
            editService("analyzer.links", ({ consumes }) => ({
                consumes: consumes.filter(({ queue }) => queue !== "admin.analyzer.links"),
            })),
        ],
        ["missingPermission", "a service that may write nowhere", permit("gateway", { write: "^$" })],
        [
            "missingPermission",
            "a service that may not read its queue",
            permit("result-processor", { read: "^result-procesor$" }),
        ],
        ["missingPermission", "a service without any permission", removePermission("notifier")],
        ["excessivePermission", "a service that may read everything", permit("gateway", { read: ".*" })],
        [
            "excessivePermission",
            "a service that may configure its queue",
            permit("notifier", { configure: "^notifications\\..*$" }),
        ],
        [
            "excessivePermission",
            "a service that may write to dead letters",
            permit("gateway", {
                write: "^(spot\\.analysis|spot\\.notifications|spot\\.rpc|spot\\.dead-letter)$",
            }),
        ],
        ["broadTopicPermission", "no topic permission", removeTopicPermission("gateway", "spot.analysis")],
        [
            "broadTopicPermission",
            "a topic permission for every key",
            permitKeys("gateway", "spot.analysis", { write: ".*" }),
        ],
        [
            "broadTopicPermission",
            "a topic permission for routing keys of other services",
            permitKeys("analyzer.links", "spot.analysis", { write: "^analyze\\.finding\\..*$" }),
        ],
        [
            "refusedRoutingKey",
            "a topic permission for another key",
            permitKeys("gateway", "spot.analysis", { write: "^analyze\\.requests$" }),
        ],
        [
            "refusedRoutingKey",
            "a topic permission for nothing",
            permitKeys("result-processor", "spot.notifications", { write: "^$" }),
        ],
        [
            "broadPermission",
            "a service that may do everything",
            permit("gateway", { configure: ".*", write: ".*", read: ".*" }),
        ],
        [
            "broadPermission",
            "an operator that may configure everything",
            permit("operator", { configure: "^.*$" }),
        ],
        [
            "administratorService",
            "a service that is an administrator",
            editUser("gateway", { tags: ["administrator"] }),
        ],
        [
            "administratorService",
            "an operator that is an administrator",
            editUser("operator", { tags: ["monitoring", "administrator"] }),
        ],
        [
            "administratorService",
            "a service that may make policies",
            editUser("notifier", { tags: ["policymaker"] }),
        ],
        ["defaultUser", "the default user guest", addUser("guest", ["administrator"])],
        ["unusedUser", "a user without a service", addUser("bob")],
        [
            "unusedUser",
            "a user whose service was removed",
            (topology) => ({
                ...topology,
                services: topology.services.filter(({ name }) => name !== "monitoring"),
            }),
        ],
        ["danglingReference", "a permission of an unknown user", removeUser("monitoring")],
        [
            "danglingReference",
            "a topic permission for an exchange that does not exist",
            permitKeys("gateway", "spot.analysis", { exchange: "spot.analyses" }),
        ],
        [
            "missingPermission",
            "a service without a user of its own",
            addService("archiver", { inspects: ["unrouted"] }),
        ],
    ]),
    ...mutationsOf(
        ["shop"],
        [
            ["longRequestTtl", "price requests without a TTL", unset("prices", "message-ttl")],
            [
                "unansweredCall",
                "an office that does not answer",
                editService("office", () => ({ replies: false })),
            ],
            ["missingPermission", "a till that may not write", permit("till", { write: "^questions$" })],
            ["excessivePermission", "a clerk that may read invoices", permit("clerk", { read: "^.*$" })],
            [
                "broadTopicPermission",
                "a till that may send anything",
                removeTopicPermission("till", "events"),
            ],
            [
                "broadTopicPermission",
                "a till that may use any routing key where no other service publishes",
                permitKeys("till", "events", { write: ".*" }),
            ],
            [
                "unlimitedPrefetch",
                "an office without a prefetch limit",
                editService("office", ({ consumes }) => ({
                    consumes: consumes.map((each) => ({ ...each, prefetch: 0 })),
                })),
            ],
            [
                "excessivePrefetch",
                "an office with more prefetch than the queue can hold",
                editService("office", ({ consumes }) => ({
                    consumes: consumes.map((each) => ({ ...each, prefetch: 2_000 })),
                })),
            ],
            [
                "transientPublication",
                "orders that are not persistent",
                editService("till", ({ publishes }) => ({
                    publishes: publishes.map((each) => ({ ...each, persistent: false })),
                })),
            ],
        ],
    ),
    ...mutationsOf(
        ["orders"],
        [
            [
                "broadPermission",
                "a user that may do everything",
                permit("orders", { configure: ".*", write: ".*", read: ".*" }),
            ],
            ["danglingReference", "a permission of an unknown user", addPermission("nobody", {})],
            ["defaultUser", "the default user guest", addUser("guest")],
        ],
    ),
    ...mutationsOf(
        ["telemetry", "plain"],
        [
            [
                "broadPermission",
                "a second user that may do everything",
                all(addUser("app"), addPermission("app", { configure: ".*" })),
            ],
            ["danglingReference", "a permission of an unknown user", addPermission("nobody", {})],
            ["unboundedQueue", "the first queue of another team", addQueue("mine", "classic")],
        ],
    ),
];
