import type { QueueDeclaration } from "../../src/declare/queueDeclaration.ts";
import {
    binding,
    bytes,
    duration,
    exactPattern,
    exchange,
    service,
    type Topology,
} from "../../src/model/index.ts";
import type { TopologyList } from "../../src/review/compare/canonical.ts";
import { define, editQueue, editService, permit, without } from "../checks/edits.ts";
import { exchangeDeclaration } from "../compile/declarations.ts";
import {
    configured,
    declared,
    declaredBound,
    declaredExchange,
    declaredQueue,
    declaredService,
    type Edit,
    edited,
    limited,
    limitedUser,
    policyOf,
    sendingWith,
    spot,
    withBinding,
    withMoreQueues,
    withOperatorPolicy,
    withPolicies,
    withPolicy,
    withVhost,
} from "./edits.ts";

const results = "result-processor";
const status = "notifications.status";
const bound = { messages: 1_000, size: bytes("1 MiB") } as const;
const retry = { attempts: 3, delay: duration("2 seconds"), delayLimit: duration("1 minute") } as const;
const policyOfResults = `queue.${results}`;

const withAnotherKey = withBinding(binding("spot", "spot.analysis", "analyzer-orchestrator", "analyze.ask"));

/** Lists in the opposite order. */
function reversed(all: Topology, ...lists: readonly TopologyList[]): Topology {
    const turned = lists.map((list): readonly [string, unknown] => [list, [...all[list]].reverse()]);
    return { ...all, ...Object.fromEntries(turned) };
}

function archive(purpose: Partial<QueueDeclaration> = {}): QueueDeclaration {
    return {
        purpose: "work",
        name: "archive",
        sources: [{ exchange: "spot.analysis", routingKey: "analyze.archive", arguments: {} }],
        retain: false,
        singleActiveConsumer: false,
        bound,
        critical: true,
        retry,
        jobLimit: duration("1 minute"),
        ...purpose,
    } as QueueDeclaration; // the callers complete the purposes that they ask for
}

/** Edits that need no approval: most of them do not affect messages, the rest keeps every one. */
export const harmlessEdits: readonly Edit[] = [
    // The same in another form.
    edited("changes nothing", (all) => all, "none", "no changes"),
    edited("copies everything", (all) => structuredClone(all), "none", "no changes"),
    edited("lists queues the other way round", (all) => reversed(all, "queues"), "none", "no changes"),
    edited(
        "lists exchanges and bindings the other way round",
        (all) => reversed(all, "exchanges", "bindings"),
        "none",
        "no changes",
    ),
    edited("lists policies the other way round", (all) => reversed(all, "policies"), "none", "no changes"),
    edited(
        "lists users and rights the other way round",
        (all) => reversed(all, "users", "permissions", "topicPermissions"),
        "none",
        "no changes",
    ),
    edited(
        "lists services and what they publish the other way round",
        (all) =>
            reversed(
                {
                    ...all,
                    services: all.services.map((each) => ({
                        ...each,
                        publishes: each.publishes.toReversed(),
                        consumes: each.consumes.toReversed(),
                    })),
                },
                "services",
            ),
        "none",
        "no changes",
    ),
    edited(
        "declares queues in another order",
        declared((all) => ({ ...all, queues: all.queues.toReversed() })),
        "none",
        "no changes",
    ),
    edited(
        "names analyzers in another order",
        configured({ analyzers: '["attachments","links","content","headers"]' }),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "writes keys of a definition in another order",
        define(policyOfResults, (all) => Object.fromEntries(Object.entries(all).reverse())),
        "none",
        "no changes",
    ),
    edited(
        "writes a duration in another unit",
        configured({ rpcTimeout: "5000 milliseconds" }),
        "none",
        "no changes",
    ),
    // Policies that come to the same.
    edited(
        "renames a policy",
        withPolicies((each) => (each.name === policyOfResults ? { ...each, name: "results" } : each)),
        "none",
        "1 DELETE, 1 to add, nothing is lost",
    ),
    edited(
        "gives a policy another precedence",
        withPolicies((each) => (each.name === policyOfResults ? { ...each, precedence: 55 } : each)),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "writes a pattern otherwise",
        withPolicies((each) =>
            each.name === policyOfResults ? { ...each, pattern: "^(result-processor)$" } : each,
        ),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "lets a policy look at all queues",
        withPolicies((each) => (each.name === policyOfResults ? { ...each, applyTo: "queues" } : each)),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "puts two queues under one policy, and so their dead letters together",
        withPolicies((each) =>
            each.name === "queue.analyzer.content"
                ? { ...each, name: "analyzers", pattern: exactPattern("analyzer.content", "analyzer.links") }
                : each.name === "queue.analyzer.links"
                  ? undefined
                  : each,
        ),
        "delayed",
        '2 DELETE, 1 to add, messages may be delayed: policy "analyzers" is added (consumer timeout 2 minutes, dead-letter exchange spot.dead-letter and 10 more), policy "queue.analyzer.links" is deleted (consumer timeout 2 minutes, dead-letter exchange spot.dead-letter and 10 more); nothing is lost',
    ),
    edited(
        "gives one of two queues a policy of its own",
        (all) =>
            withPolicies((each) =>
                each.name === "analyzers"
                    ? { ...each, name: "queue.analyzer.content", pattern: exactPattern("analyzer.content") }
                    : each,
            )(
                withPolicy({
                    ...(all.policies.find(({ name }) => name === "analyzers") ?? policyOf("none", {})),
                    name: "queue.analyzer.links",
                    pattern: exactPattern("analyzer.links"),
                })(all),
            ),
        "none",
        "1 DELETE, 2 to add, nothing is lost",
        withPolicies((each) =>
            each.name === "queue.analyzer.content"
                ? { ...each, name: "analyzers", pattern: exactPattern("analyzer.content", "analyzer.links") }
                : each.name === "queue.analyzer.links"
                  ? undefined
                  : each,
        )(spot),
    ),
    edited(
        "adds a policy that matches nothing",
        withPolicy(policyOf("later", { "message-ttl": 1_000 }, { pattern: "^later$" })),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "removes a policy that matches nothing",
        spot,
        "none",
        "1 DELETE, nothing is lost",
        withPolicy(policyOf("later", { "message-ttl": 1_000 }, { pattern: "^later$" }))(spot),
    ),
    edited(
        "adds a policy below all others",
        withPolicy(policyOf("floor", { "message-ttl": 1_000 }, { precedence: -10 })),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "says a default aloud",
        define("queue.notifications.email", (all) => ({
            ...all,
            "dead-letter-strategy": "at-most-once",
        })),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "caps above what is set",
        withOperatorPolicy(policyOf("cap", { "max-length": 1_000_000 }, { pattern: exactPattern(results) })),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "places leaders otherwise",
        define(policyOfResults, (all) => ({ ...all, "queue-leader-locator": "client-local" })),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "wants more replicas",
        define(policyOfResults, (all) => ({ ...all, "target-group-size": 5 })),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "finds the same dead-letter queue by another key",
        (all) =>
            withBinding(binding("spot", "spot.dead-letter", `${results}.dlq`, "results"))(
                define(policyOfResults, (definition) => ({
                    ...definition,
                    "dead-letter-routing-key": "results",
                }))(all),
            ),
        "none",
        "1 to change, 1 to add, nothing is lost",
    ),
    // More room, more time.
    edited(
        "raises a bound",
        declaredBound(results, { messages: 100_000 }),
        "none",
        "2 to change, nothing is lost",
    ),
    edited(
        "raises the bound of what may be dropped",
        declaredBound(status, { messages: 20_000 }),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "raises the bound of evidence",
        declaredQueue("unrouted", (each) => ({
            ...each,
            bound: { messages: 200_000, size: bytes("2 GiB") },
        })),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "raises a TTL",
        declaredQueue(status, (each) =>
            each.purpose === "transient" ? { ...each, ttl: duration("10 minutes") } : each,
        ),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "takes a TTL away",
        define(`queue.${status}`, without("message-ttl")),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "waits longer for answers",
        configured({ rpcTimeout: "20 seconds" }),
        "none",
        "3 to change, nothing is lost",
    ),
    edited(
        "gives an analysis more time",
        configured({ analysisDeadline: "5 minutes" }),
        "none",
        "2 to change, nothing is lost",
    ),
    edited(
        "keeps commands for two weeks",
        declaredQueue("admin.notifier", (each) =>
            each.purpose === "commands" ? { ...each, retention: duration("14 days") } : each,
        ),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "tries more often",
        configured({ retryAttempts: "8" }),
        "delayed",
        "18 to change, messages may be delayed: 9 queues: delivery limit 4 -> 7; nothing is lost",
    ),
    edited(
        "lets a service consume one more queue and make one more call, each with a time limit",
        declaredService("gateway", (each) => ({
            ...each,
            consumes: [
                ...each.consumes,
                { message: "unrouted", queue: "unrouted", prefetch: 1, jobLimit: duration("1 minute") },
            ],
            calls: [...each.calls, ...each.calls.map((one) => ({ ...one, message: `${one.message} again` }))],
        })),
        "none",
        "2 to change, nothing is lost",
    ),
    edited(
        "lets a job take longer",
        configured({ jobLimit: "100 seconds" }),
        "none",
        "17 to change, nothing is lost",
    ),
    edited(
        "counts a queue as critical",
        declaredQueue("notifications.email", (each) =>
            each.purpose === "work" ? { ...each, critical: true } : each,
        ),
        "delayed",
        '1 to change, messages may be delayed: queue "notifications.email": dead-lettering none -> at-least-once, when full drop-head -> reject-publish; nothing is lost',
    ),
    // More.
    edited(
        "adds a queue with a key of its own",
        withMoreQueues(archive()),
        "none",
        "7 to add, nothing is lost",
    ),
    edited(
        "adds a short-lived queue",
        withMoreQueues(archive({ purpose: "transient", ttl: duration("1 minute") })),
        "none",
        "3 to add, nothing is lost",
    ),
    edited(
        "adds a parking queue",
        withMoreQueues({ purpose: "parking", name: "archive", sources: [], retain: false, bound }),
        "none",
        "2 to add, nothing is lost",
    ),
    edited(
        "adds a queue next to another, on the same key",
        withMoreQueues(
            archive({
                sources: [{ exchange: "spot.analysis", routingKey: "analyze.result", arguments: {} }],
            }),
        ),
        "none",
        "7 to add, nothing is lost",
    ),
    edited(
        "adds a queue, its publisher and its consumer",
        declared((all) => ({
            ...all,
            queues: [...all.queues, archive()],
            services: [
                ...all.services.map((each) =>
                    each.name === "analyzer-orchestrator"
                        ? {
                              ...each,
                              publishes: [
                                  ...each.publishes,
                                  {
                                      message: "archive",
                                      exchange: "spot.analysis",
                                      routingKey: "analyze.archive",
                                      persistent: true,
                                      mandatory: true,
                                      urgency: false,
                                  },
                              ],
                          }
                        : each,
                ),
                service("spot", "archivist", {
                    consumes: [
                        { message: "job", queue: "archive", prefetch: 10, jobLimit: duration("1 minute") },
                    ],
                }),
            ],
        })),
        "none",
        "2 to change, 10 to add, nothing is lost",
    ),
    edited(
        "runs a further analyzer",
        spot,
        "none",
        "6 to change, 17 to add, nothing is lost",
        configured({ analyzers: '["headers","content","links"]' }),
    ),
    edited(
        "adds an exchange",
        declared((all) => ({
            ...all,
            exchanges: [...all.exchanges, exchangeDeclaration("spot.archive", "topic", "spot.unrouted")],
        })),
        "none",
        "2 to add, nothing is lost",
    ),
    edited(
        "catches what an exchange could not route",
        declaredExchange("spot.rpc", (each) => ({ ...each, alternate: "spot.unrouted" })),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "binds a queue with a further key",
        declaredQueue(results, (each) => ({
            ...each,
            sources: [
                ...each.sources,
                { exchange: "spot.analysis", routingKey: "analyze.result.late", arguments: {} },
            ],
        })),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "widens a key",
        declaredQueue("analyzer-orchestrator.findings", (each) => ({
            ...each,
            sources: [{ exchange: "spot.analysis", routingKey: "analyze.finding.#", arguments: {} }],
        })),
        "none",
        "1 DELETE, 1 to add, nothing is lost",
    ),
    edited(
        "says a key as a wildcard",
        declaredQueue("notifications.email", (each) => ({
            ...each,
            sources: [
                { exchange: "spot.notifications", routingKey: "notify.alert", arguments: {} },
                { exchange: "spot.notifications", routingKey: "notify.completed", arguments: {} },
                { exchange: "spot.notifications", routingKey: "notify.failed", arguments: {} },
                { exchange: "spot.notifications", routingKey: "notify.*.urgent", arguments: {} },
            ],
        })),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "adds a virtual host",
        (all) => ({ ...all, vhosts: [...all.vhosts, { name: "spot-next" }] }),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "adds a virtual host whose name comes first",
        (all) => ({ ...all, vhosts: [{ name: "archive" }, ...all.vhosts] }),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "lets more clients connect",
        limited({ maxConnections: 200, maxQueues: 100 }),
        "none",
        "1 to change, nothing is lost",
        limited({ maxConnections: 100, maxQueues: 50 })(spot),
    ),
    edited(
        "allows fewer queues than there are: they stay",
        limited({ maxQueues: 2 }),
        "none",
        "1 to change, nothing is lost",
        limited({ maxQueues: 100 })(spot),
    ),
    edited(
        "lifts a user's limits",
        limitedUser("gateway", { maxConnections: 5 }),
        "none",
        "1 to change, nothing is lost",
        limitedUser("gateway", { maxConnections: 5, maxChannels: 10 })(spot),
    ),
    edited(
        "protects a virtual host",
        withVhost({ protectedFromDeletion: true }),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "lifts a virtual host's protection",
        spot,
        "none",
        "1 to change, nothing is lost",
        withVhost({ protectedFromDeletion: true })(spot),
    ),
    edited(
        "adds a user who may do nothing",
        (all) => ({ ...all, users: [...all.users, { name: "guest-reader", tags: [] }] }),
        "none",
        "1 to add, nothing is lost",
    ),
    edited(
        "adds a service that only looks",
        declared((all) => ({
            ...all,
            services: [...all.services, service("spot", "auditor", { tags: ["monitoring"] })],
        })),
        "none",
        "3 to add, nothing is lost",
    ),
    // Removed, but unused.
    edited(
        "unbinds an unused key",
        spot,
        "none",
        "1 DELETE, nothing is lost",
        withBinding(binding("spot", "spot.analysis", results, "analyze.result.old"))(spot),
    ),
    edited("deletes an unused exchange", spot, "none", "1 DELETE, nothing is lost", {
        ...spot,
        exchanges: [...spot.exchanges, exchange("spot", "spot.old", "topic")],
    }),
    edited(
        "makes an unused exchange again",
        (all) => ({
            ...all,
            exchanges: all.exchanges.map((each) =>
                each.name === "spot.old" ? { ...each, type: "fanout" as const } : each,
            ),
        }),
        "none",
        "1 REPLACE, nothing is lost",
        { ...spot, exchanges: [...spot.exchanges, exchange("spot", "spot.old", "topic")] },
    ),
    edited("deletes a user of no service", spot, "none", "1 DELETE, nothing is lost", {
        ...spot,
        users: [...spot.users, { name: "old", tags: [] }],
    }),
    edited(
        "revokes unused permissions",
        spot,
        "none",
        "1 to change, nothing is lost",
        permit("notifier", { write: ".*", configure: ".*" })(spot),
    ),
    edited(
        "writes a permission otherwise",
        permit("notifier", { configure: "^()$" }),
        "none",
        "1 to change, nothing is lost",
    ),
    edited("limits the keys of a topic exchange again", spot, "none", "2 to add, nothing is lost", {
        ...spot,
        topicPermissions: spot.topicPermissions.filter(({ user }) => user !== "gateway"),
    }),
    edited("takes an administrator's tag away", spot, "none", "1 to change, nothing is lost", {
        ...spot,
        users: spot.users.map((each) =>
            each.name === "notifier" ? { ...each, tags: ["administrator"] } : each,
        ),
    }),
    // Services.
    edited(
        "runs more analyzers of a kind",
        configured({ analyzerReplicas: "4" }),
        "none",
        "4 to change, nothing is lost",
    ),
    edited(
        "raises the prefetch",
        editService(results, (each) => ({
            ...each,
            consumes: each.consumes.map((one) => ({ ...one, prefetch: one.prefetch * 2 })),
        })),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "tells a service a setting",
        editService("notifier", (each) => ({
            ...each,
            ...(each.workload !== undefined && {
                workload: { ...each.workload, settings: { ...each.workload.settings, smtp: "smtp://mail" } },
            }),
        })),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "publishes a further message to a key that is bound",
        declaredService(results, (each) => ({
            ...each,
            publishes: [
                ...each.publishes,
                {
                    message: "warning",
                    exchange: "spot.notifications",
                    routingKey: "notify.alert",
                    persistent: true,
                    mandatory: true,
                    urgency: false,
                },
            ],
        })),
        "none",
        "2 to change, nothing is lost",
    ),
    edited(
        "publishes a message with another key that reaches the same queues",
        withAnotherKey(declaredService("gateway", sendingWith("request", { routingKey: "analyze.ask" }))),
        "none",
        "2 to change, nothing is lost",
        withAnotherKey(spot),
    ),
    edited(
        "stops publishing a message",
        declaredService("analyzer-orchestrator", (each) => ({
            ...each,
            publishes: each.publishes.filter(({ message }) => message !== "alert"),
        })),
        "none",
        "2 to change, nothing is lost",
    ),
    edited(
        "lets a message live longer",
        editService("gateway", (each) => ({
            ...each,
            publishes: each.publishes.map((one) =>
                one.message === "status" ? { ...one, expiration: duration("5 minutes") } : one,
            ),
        })),
        "none",
        "1 to change, nothing is lost",
    ),
    // What does not change the broker, or not yet.
    edited(
        "protects its queues",
        (all) => ({ ...all, queues: all.queues.map((each) => ({ ...each, retain: true })) }),
        "none",
        "30 to change, nothing is lost",
    ),
    edited(
        "says what a queue is for",
        editQueue("unrouted", { purpose: "work" }),
        "none",
        "1 to change, nothing is lost",
    ),
    edited(
        "installs a newer broker",
        configured({}, "4.2"),
        "delayed",
        "1 to change, messages may be delayed: broker: version 4.1 -> 4.2; nothing is lost",
        configured({}, "4.1"),
    ),
];
