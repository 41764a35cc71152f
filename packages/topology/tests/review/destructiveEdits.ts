import { binding, bytes, duration, exactPattern, exchange, type Topology } from "../../src/model/index.ts";
import { define, editQueue, permit, unbind, without } from "../checks/edits.ts";
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
    sendingOther,
    sendingWith,
    spot,
    withBinding,
    withOperatorPolicy,
    withoutAlternate,
    withoutQueue,
    withoutUser,
    withPolicies,
    withPolicy,
} from "./edits.ts";

/** Spot with another exchange for what has no route, whose queue is bound with this key. */
function rebound(key: string): Topology {
    return {
        ...withBinding(binding("spot", "spot.rest", "unrouted", key))(
            define("exchange.spot.analysis", () => ({ "alternate-exchange": "spot.rest" }))(spot),
        ),
        exchanges: [...spot.exchanges, exchange("spot", "spot.rest", "topic")],
    };
}

const results = "result-processor";
const status = "notifications.status";

/** Edits that lose, delay or reorder messages, or widen permissions. */
export const destructiveEdits: readonly Edit[] = [
    // Queues that are made again.
    edited(
        "changes a queue's type",
        editQueue(results, { type: "classic" }),
        "lost",
        '1 REPLACE, messages are lost: queue "result-processor": type quorum -> classic',
    ),
    edited(
        "makes a queue transient",
        editQueue(status, { durable: false }),
        "lost",
        '1 REPLACE, messages are lost: queue "notifications.status": durable true -> false',
    ),
    edited(
        "lets a queue delete itself",
        editQueue(status, { autoDelete: true }),
        "lost",
        '1 REPLACE, messages are lost: queue "notifications.status": autoDelete false -> true',
    ),
    edited(
        "gives a queue priorities",
        editQueue(status, { arguments: { "x-max-priority": 5 } }),
        "lost",
        '1 REPLACE, messages are lost: queue "notifications.status": max-priority none -> 5',
    ),
    edited(
        "sets a TTL by argument",
        editQueue(results, { arguments: { "x-message-ttl": 60_000 } }),
        "lost",
        '1 REPLACE, messages are lost: queue "result-processor": TTL none -> 1 minute',
    ),
    edited(
        "turns status updates into work",
        declaredQueue(status, (each) =>
            each.purpose === "transient"
                ? {
                      ...each,
                      purpose: "work",
                      critical: true,
                      retry: { attempts: 3, delay: duration("2 seconds"), delayLimit: duration("1 minute") },
                      jobLimit: duration("1 minute"),
                  }
                : each,
        ),
        "lost",
        '1 REPLACE, 1 DELETE, 1 to change, 4 to add, messages are lost: queue "notifications.status": purpose transient -> work, type classic -> quorum',
    ),
    edited(
        "deletes a queue by hand",
        withoutQueue(`${results}.dlq`),
        "lost",
        '3 DELETE, messages are lost: queue "result-processor.dlq" is deleted; services are broken: "operator"',
    ),
    edited(
        "deletes a queue that is consumed",
        declaredQueue("notifications.webhook", () => undefined),
        "lost",
        '10 DELETE, 1 to change, messages are lost: queue "notifications.webhook" is deleted, with queue "notifications.webhook.dlq"; services are broken: "notifier", "operator"',
    ),
    edited(
        "renames a queue and its consumer's subscription",
        declared((all) => ({
            ...all,
            queues: all.queues.map((each) => (each.name === results ? { ...each, name: "results" } : each)),
            services: all.services.map((each) => ({
                ...each,
                consumes: each.consumes.map((one) =>
                    one.queue === results ? { ...one, queue: "results" } : one,
                ),
                inspects: each.inspects.map((name) => (name === `${results}.dlq` ? "results.dlq" : name)),
            })),
        })),
        "lost",
        '8 DELETE, 5 to change, 8 to add, messages are lost: queue "result-processor" is renamed to "results", with queue "result-processor.dlq"; services are broken: "result-processor"',
    ),
    edited(
        "runs an analyzer less",
        configured({ analyzers: '["headers","content","links"]' }),
        "lost",
        '17 DELETE, 6 to change, messages are lost: service "analyzer.attachments" is deleted, with queues "admin.analyzer.attachments", "analyzer.attachments", "analyzer.attachments.dlq"; services are broken: "operator", "analyzer-orchestrator" and 1 more',
    ),
    edited(
        "renames the virtual host",
        declared((all) => ({
            ...all,
            vhost: "post",
            services: all.services.map((each) => ({ ...each, vhost: "post" })),
        })),
        "lost",
        '174 DELETE, 174 to add, messages are lost: virtual host "spot" is renamed to "post", with 30 queues; services are broken: "operator", "analyzer-orchestrator" and 7 more',
    ),
    edited(
        "upgrades from delay queues to delayed retry",
        spot,
        "lost",
        "115 DELETE, 27 to change, messages are lost: broker: version 4.2 -> 4.3, with 36 queues",
        configured({}, "4.2"),
    ),
    edited(
        "goes back to an older broker",
        configured({}, "4.2"),
        "lost",
        "27 to change, 115 to add, messages are lost: broker: version 4.3 -> 4.2",
    ),
    edited(
        "lets an unused queue expire",
        define(`queue.${results}`, (all) => ({ ...all, expires: 3_600_000 })),
        "lost",
        '1 to change, messages are lost: queue "result-processor": queue expiry none -> 1 hour',
    ),
    // Exchanges that are made again.
    edited(
        "changes an exchange's type",
        declaredExchange("spot.analysis", (each) => ({ ...each, type: "direct" })),
        "dropped",
        '1 REPLACE, 6 DELETE, messages are dropped: exchange "spot.analysis": type topic -> direct',
    ),
    edited(
        "changes the dead-letter exchange's type",
        declaredExchange("spot.dead-letter", (each) => ({ ...each, type: "topic" })),
        "dropped",
        '1 REPLACE, 7 to add, messages are dropped: exchange "spot.dead-letter": type direct -> topic',
    ),
    edited(
        "gives an exchange an argument",
        (all) => ({
            ...all,
            exchanges: all.exchanges.map((each) =>
                each.name === "spot.rpc"
                    ? { ...each, arguments: { "alternate-exchange": "spot.unrouted" } }
                    : each,
            ),
        }),
        "dropped",
        '1 REPLACE, messages are dropped: exchange "spot.rpc": alternate exchange none -> spot.unrouted',
    ),
    edited(
        "renames an exchange everywhere",
        declared((all) => {
            const renamed = (name: string): string => (name === "spot.rpc" ? "spot.calls" : name);
            return {
                ...all,
                exchanges: all.exchanges.map((each) => ({ ...each, name: renamed(each.name) })),
                queues: all.queues.map((each) => ({
                    ...each,
                    sources: each.sources.map((one) => ({ ...one, exchange: renamed(one.exchange) })),
                })),
                services: all.services.map((each) => ({
                    ...each,
                    calls: each.calls.map((one) => ({ ...one, exchange: renamed(one.exchange) })),
                })),
            };
        }),
        "dropped",
        '3 DELETE, 2 to change, 3 to add, messages are dropped: exchange "spot.rpc" is renamed to "spot.calls"; services are broken: "gateway"',
    ),
    edited(
        "deletes an exchange by hand",
        (all) => ({
            ...all,
            exchanges: all.exchanges.filter(({ name }) => name !== "spot.admin"),
            bindings: all.bindings.filter(({ source }) => source !== "spot.admin"),
        }),
        "dropped",
        '17 DELETE, messages are dropped: exchange "spot.admin" is deleted; services are broken: "operator"',
    ),
    // Keys.
    edited(
        "removes a key",
        declaredQueue(results, (each) => ({ ...each, sources: [] })),
        "delayed",
        '1 DELETE, no service receives: "analyze.result" of "spot.analysis" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes)',
    ),
    edited(
        "mistypes a key",
        declaredQueue("analyzer-orchestrator.findings", (each) => ({
            ...each,
            sources: [{ exchange: "spot.analysis", routingKey: "analyze.findings.*", arguments: {} }],
        })),
        "delayed",
        '1 DELETE, 1 to add, no service receives: "analyze.finding.attachments", "analyze.finding.content", "analyze.finding.headers" and 1 more of "spot.analysis" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes)',
    ),
    edited(
        "removes a key without an alternate exchange",
        unbind(({ routingKey }) => routingKey === "analysis.status"),
        "dropped",
        '1 DELETE, no service receives: "analysis.status" of "spot.rpc" (no queue receives it)',
    ),
    edited(
        "takes one of two receivers' keys away",
        unbind(
            ({ routingKey, destination }) =>
                routingKey === "notify.failed" && destination === "notifications.webhook",
        ),
        "dropped",
        '1 DELETE, no longer delivered: "notify.failed" to "notifications.webhook"',
    ),
    edited(
        "moves a key to another queue",
        (all) =>
            withBinding(binding("spot", "spot.analysis", "analyzer.content", "analyze.job.links"))(
                unbind(({ routingKey }) => routingKey === "analyze.job.links")(all),
            ),
        "reordered",
        '1 DELETE, 1 to add, messages may be reordered: queue "analyzer.content" is bound to exchange "spot.analysis" with "analyze.job.links" instead of "analyzer.links"; nothing is lost',
    ),
    edited(
        "unbinds a dead-letter queue",
        unbind(({ destination }) => destination === `${results}.dlq`),
        "delayed",
        '1 DELETE, no service receives: "result-processor" of "spot.dead-letter" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes)',
    ),
    edited(
        "unbinds the queue of the unrouted",
        unbind(({ destination }) => destination === "unrouted"),
        "dropped",
        '1 DELETE, messages are dropped: queue "unrouted" is no longer bound to exchange "spot.unrouted"',
    ),
    edited(
        "takes an alternate exchange away",
        declaredExchange("spot.notifications", withoutAlternate),
        "dropped",
        '1 DELETE, messages are dropped: policy "exchange.spot.notifications" is deleted (alternate exchange spot.unrouted)',
    ),
    edited(
        "takes an alternate exchange that has a queue for its own keys only",
        define("exchange.spot.analysis", () => ({ "alternate-exchange": "spot.rpc" })),
        "dropped",
        '1 to change, messages are dropped: exchange "spot.analysis": alternate exchange spot.unrouted -> spot.rpc',
    ),
    edited(
        "takes an internal alternate exchange that has a queue for any key",
        define("exchange.spot.analysis", () => ({ "alternate-exchange": "spot.spare" })),
        "delayed",
        '1 to change, messages may be delayed: exchange "spot.analysis": alternate exchange spot.unrouted -> spot.spare; nothing is lost',
        {
            ...withBinding(binding("spot", "spot.spare", "unrouted", ""))(spot),
            exchanges: [...spot.exchanges, exchange("spot", "spot.spare", "fanout", { internal: true })],
        },
    ),
    edited(
        "binds the queue of the unrouted with one key instead of any",
        rebound("unrouted"),
        "dropped",
        '1 DELETE, 1 to add, messages are dropped: queue "unrouted" is bound to exchange "spot.rest" with "unrouted" instead of "#"',
        rebound("#"),
    ),
    edited(
        "binds a key to an exchange that has no queue for it",
        (all) => ({
            ...withBinding(
                binding("spot", "spot.analysis", "spot.side", "analyze.other", {
                    destinationType: "exchange",
                }),
            )(all),
            exchanges: [...all.exchanges, exchange("spot", "spot.side", "topic")],
            services: all.services.map((each) => (each.name === "gateway" ? sendingOther(each) : each)),
        }),
        "dropped",
        '1 to change, 2 to add, no service receives: "analyze.other" of "spot.analysis" (no queue receives it)',
    ),
    // Limits.
    edited(
        "lowers a TTL",
        declaredQueue(status, (each) =>
            each.purpose === "transient" ? { ...each, ttl: duration("10 seconds") } : each,
        ),
        "dropped",
        '1 to change, messages are dropped: queue "notifications.status": TTL 1 minute -> 10 seconds',
    ),
    edited(
        "sets a TTL where dead letters are kept",
        define(`queue.${results}`, (all) => ({ ...all, "message-ttl": 60_000 })),
        "delayed",
        '1 to change, messages may be delayed: queue "result-processor": TTL none -> 1 minute; nothing is lost',
    ),
    edited(
        "waits less long for answers",
        configured({ rpcTimeout: "2 seconds" }),
        "dropped",
        '3 to change, messages are dropped: queue "analyzer-orchestrator.rpc": TTL 5 seconds -> 2 seconds, and services "gateway", "analyzer-orchestrator"',
    ),
    edited(
        "shortens the deadline of an analysis",
        configured({ analysisDeadline: "90 seconds" }),
        "delayed",
        '2 to change, messages may be delayed: queue "analyzer-orchestrator": TTL 2 minutes -> 90 seconds, and service "analyzer-orchestrator"; nothing is lost',
    ),
    edited(
        "lowers a bound whose surplus is dropped",
        declaredBound(status, { messages: 100 }),
        "dropped",
        '1 to change, messages are dropped: queue "notifications.status": length limit 10,000 -> 100',
    ),
    edited(
        "lowers a bound whose surplus is dead-lettered",
        define("queue.notifications.email", (all) => ({ ...all, "max-length": 10 })),
        "delayed",
        '1 to change, messages may be delayed: queue "notifications.email": length limit 20,000 -> 10; nothing is lost',
    ),
    edited(
        "lowers a bound that refuses",
        declaredBound(results, { messages: 10 }),
        "delayed",
        '2 to change, messages may be delayed: queue "result-processor": length limit 50,000 -> 10; nothing is lost',
    ),
    edited(
        "takes a bound away",
        define(`queue.${results}`, without("max-length")),
        "delayed",
        '1 to change, messages may be delayed: queue "result-processor": length limit 50,000 -> none; nothing is lost',
        { ...spot, operatorPolicies: [] },
    ),
    edited(
        "keeps commands for an hour",
        declaredQueue("admin.notifier", (each) =>
            each.purpose === "commands" ? { ...each, retention: duration("1 hour") } : each,
        ),
        "dropped",
        '1 to change, messages are dropped: queue "admin.notifier": retention 7 days -> 1 hour',
    ),
    edited(
        "shrinks a log",
        declaredBound("admin.notifier", { size: bytes("1 MiB") }),
        "dropped",
        '1 to change, messages are dropped: queue "admin.notifier": size limit 16 MiB -> 1 MiB, stream-max-segment-size-bytes 4 MiB -> 256 KiB',
    ),
    edited(
        "caps every TTL as an operator",
        withOperatorPolicy(policyOf("cap", { "message-ttl": 3_600_000 })),
        "dropped",
        '1 to add, messages are dropped: operator policy "cap" is added (TTL 1 hour)',
    ),
    edited(
        "caps one queue's length as an operator",
        withOperatorPolicy(policyOf("cap", { "max-length": 10 }, { pattern: exactPattern(status) })),
        "dropped",
        '1 to add, messages are dropped: operator policy "cap" is added (length limit 10)',
    ),
    // Dead letters and attempts.
    edited(
        "takes the dead letters of a queue away",
        define(`queue.${results}`, without("dead-letter-exchange", "dead-letter-routing-key")),
        "dropped",
        '1 to change, messages are dropped: queue "result-processor": dead-letter exchange spot.dead-letter -> none, dead-letter key result-processor -> none',
    ),
    edited(
        "sends dead letters to an exchange that is not there",
        define("queue.notifications.email", (all) => ({
            ...all,
            "dead-letter-exchange": "spot.dead-leter",
        })),
        "dropped",
        '1 to change, messages are dropped: queue "notifications.email": dead-letter exchange spot.dead-letter -> spot.dead-leter',
    ),
    edited(
        "counts a queue as not critical",
        declaredQueue(results, (each) => (each.purpose === "work" ? { ...each, critical: false } : each)),
        "dropped",
        '1 to change, messages are dropped: queue "result-processor": dead-lettering at-least-once -> none, when full reject-publish -> drop-head',
    ),
    edited(
        "deletes a queue's policy",
        withPolicies((each) => (each.name === `queue.${results}` ? undefined : each)),
        "dropped",
        '1 DELETE, messages are dropped: policy "queue.result-processor" is deleted (consumer timeout 2 minutes, dead-letter exchange spot.dead-letter and 10 more)',
    ),
    edited(
        "narrows a policy's pattern",
        withPolicies((each) =>
            each.name === `queue.${results}` ? { ...each, pattern: exactPattern("results") } : each,
        ),
        "dropped",
        '1 to change, messages are dropped: policy "queue.result-processor": pattern + "results", - "result-processor"',
    ),
    edited(
        "looks at queues of another type",
        withPolicies((each) =>
            each.name === `queue.${results}` ? { ...each, applyTo: "classic_queues" } : each,
        ),
        "dropped",
        '1 to change, messages are dropped: policy "queue.result-processor": applyTo quorum_queues -> classic_queues',
    ),
    edited(
        "puts another policy above",
        withPolicy(
            policyOf(
                "urgent",
                { "max-length": 100_000 },
                { precedence: 100, pattern: exactPattern(results) },
            ),
        ),
        "dropped",
        '1 to add, messages are dropped: policy "urgent" is added (length limit 100,000)',
    ),
    edited(
        "lifts a policy above another",
        withPolicies((each) => (each.name === "low" ? { ...each, precedence: 100 } : each)),
        "dropped",
        '1 to change, messages are dropped: policy "low": precedence 0 -> 100',
        withPolicy(policyOf("low", { "max-length": 100_000 }, { pattern: exactPattern(results) }))(spot),
    ),
    edited(
        "limits the deliveries of evidence",
        define(`queue.${results}.dlq`, (all) => ({ ...all, "delivery-limit": 3 })),
        "dropped",
        '1 to change, messages are dropped: queue "result-processor.dlq": delivery limit no limit -> 3',
    ),
    edited(
        "tries less often",
        configured({ retryAttempts: "3" }),
        "delayed",
        "18 to change, messages may be delayed: 9 queues: delivery limit 4 -> 2; nothing is lost",
    ),
    edited(
        "tries later",
        configured({ retryDelay: "10 seconds" }),
        "delayed",
        "9 to change, messages may be delayed: 9 queues: first retry delay 2 seconds -> 10 seconds; nothing is lost",
    ),
    edited(
        "tries later, in delay queues",
        configured({ retryDelay: "10 seconds" }, "4.2"),
        "delayed",
        "36 to change, messages may be delayed: 36 queues: TTL 2 seconds -> 10 seconds, and other values; nothing is lost",
        configured({}, "4.2"),
    ),
    edited(
        "lets no job take long",
        configured({ jobLimit: "10 seconds" }),
        "delayed",
        "17 to change, messages may be delayed: 10 queues: consumer timeout 2 minutes -> 20 seconds; nothing is lost",
    ),
    edited(
        "never gives a message up",
        define(`queue.${results}`, (all) => ({ ...all, "delivery-limit": -1 })),
        "delayed",
        '1 to change, messages may be delayed: queue "result-processor": delivery limit 4 -> no limit; nothing is lost',
    ),
    // Rights.
    edited(
        "lets a service write anywhere",
        permit("notifier", { write: ".*" }),
        "none",
        '1 to change, permissions are widened: user "notifier" (publish to every exchange, and to any queue by its name)',
    ),
    edited(
        "lets a service read anything",
        permit("notifier", { read: ".*" }),
        "none",
        '1 to change, permissions are widened: user "notifier" (consume and purge every queue)',
    ),
    edited(
        "forgets the anchors of a permission",
        permit("monitoring", { read: "result" }),
        "none",
        '1 to change, permissions are widened: user "monitoring" (consume and purge "admin.result-processor", "result-processor", "result-processor.dlq"; read any other name that matches result)',
    ),
    edited(
        "lets a service configure its queue",
        permit(results, { configure: exactPattern(results) }),
        "none",
        '1 to change, permissions are widened: user "result-processor" (declare and delete "result-processor")',
    ),
    edited(
        "forgets the keys of a topic exchange",
        (all) => ({
            ...all,
            topicPermissions: all.topicPermissions.filter(({ user }) => user !== "gateway"),
        }),
        "none",
        '2 DELETE, permissions are widened: user "gateway" (publish to "spot.analysis" with "analyze.finding.attachments", "analyze.finding.content", "analyze.finding.headers", 8 more; publish to "spot.notifications" with "every other key", "notify.alert", "notify.completed", 1 more)',
    ),
    edited(
        "takes a needed exchange away",
        permit("gateway", { write: "^$" }),
        "dropped",
        '1 to change, messages are dropped: permission "gateway": write - "spot.analysis", "spot.notifications", "spot.rpc"',
    ),
    edited(
        "takes a needed queue away",
        permit(results, { read: "^$" }),
        "delayed",
        '1 to change, messages may be delayed: permission "result-processor": read - "admin.result-processor", "result-processor"; nothing is lost',
    ),
    edited(
        "makes a service an administrator",
        (all) => ({
            ...all,
            users: all.users.map((each) =>
                each.name === "notifier" ? { ...each, tags: ["administrator"] } : each,
            ),
        }),
        "none",
        '1 to change, permissions are widened: user "notifier" (manage all users, permissions and virtual hosts (tag "administrator"))',
    ),
    edited(
        "deletes a user",
        (all) => ({
            ...withoutUser("gateway")(all),
            permissions: all.permissions.filter(({ user }) => user !== "gateway"),
            topicPermissions: all.topicPermissions.filter(({ user }) => user !== "gateway"),
        }),
        "dropped",
        '4 DELETE, messages are dropped: user "gateway" is deleted',
    ),
    edited(
        "deletes the user of a service that publishes, and no right of it",
        withoutUser("gateway"),
        "dropped",
        '1 DELETE, messages are dropped: user "gateway" is deleted',
    ),
    edited(
        "deletes the user from which a service changes over to another",
        configured({ credentialsGeneration: "3" }),
        "delayed",
        '36 DELETE, 10 to change, 72 to add, messages may be delayed: 10 services: users + "analyzer-orchestrator-3", "analyzer-orchestrator-2", and other values; nothing is lost',
    ),
    edited(
        "deletes the user of a service that only looks",
        withoutUser("monitoring"),
        "delayed",
        '1 DELETE, messages may be delayed: user "monitoring" is deleted; nothing is lost',
    ),
    // Limits.
    edited(
        "lets fewer clients connect",
        limited({ maxConnections: 20 }),
        "delayed",
        '1 to change, messages may be delayed: virtual host "spot": maxConnections 100 -> 20; nothing is lost',
        limited({ maxConnections: 100 })(spot),
    ),
    edited(
        "limits who could connect without limit",
        limited({ maxConnections: 100 }),
        "delayed",
        '1 to change, messages may be delayed: virtual host "spot": maxConnections none -> 100; nothing is lost',
    ),
    edited(
        "lets a service open fewer channels",
        limitedUser("gateway", { maxChannels: 2 }),
        "delayed",
        '1 to change, messages may be delayed: user "gateway": maxChannels 20 -> 2, maxConnections 5 -> none; nothing is lost',
        limitedUser("gateway", { maxChannels: 20, maxConnections: 5 })(spot),
    ),
    // Contracts.
    edited(
        "publishes an unroutable message",
        declaredService("gateway", (each) => ({
            ...each,
            calls: each.calls.map((one) => ({ ...one, routingKey: `${one.routingKey}.v2` })),
        })),
        "dropped",
        '1 DELETE, 3 to change, no service receives: "analysis.status.v2", "analysis.submit.v2" of "spot.rpc" (no queue receives it)',
    ),
    edited(
        "publishes with a key that only the alternate exchange takes",
        declaredService("gateway", sendingWith("request", { routingKey: "analyze.requests" })),
        "delayed",
        '2 to change, no service receives: "analyze.requests" of "spot.analysis" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes)',
    ),
    edited(
        "publishes to an exchange where only the alternate takes it",
        declaredService("analyzer-orchestrator", sendingWith("result", { exchange: "spot.notifications" })),
        "delayed",
        '3 to change, no service receives: "analyze.result" of "spot.notifications" (it falls through to the alternate exchange and is parked in "unrouted", which no service consumes)',
    ),
    edited(
        "publishes to one receiver what went to two",
        withBinding(binding("spot", "spot.notifications", "notifications.email", "notify.ended"))(
            declaredService(results, sendingWith("completed", { routingKey: "notify.ended" })),
        ),
        "dropped",
        '2 to change, 1 to add, no longer delivered: "notify.ended" to "notifications.webhook"',
    ),
    edited(
        "publishes to another queue",
        declaredService(results, sendingWith("completed", { routingKey: "notify.status" })),
        "reordered",
        '2 to change, messages may be reordered: service "result-processor": routing key "notify.completed" -> "notify.status"; nothing is lost',
    ),
    edited(
        "publishes a further message that only the alternate exchange takes",
        declaredService("gateway", sendingOther),
        "none",
        '2 to change, services are broken: "gateway"',
    ),
    edited(
        "consumes a queue that is not there",
        declaredService("notifier", (each) => ({
            ...each,
            consumes: each.consumes.map((one) =>
                one.message === "webhook" ? { ...one, queue: "notifications.webhooks" } : one,
            ),
        })),
        "none",
        '2 to change, no service consumes: "notifications.webhook"; services are broken: "notifier"',
    ),
    edited(
        "stops consuming",
        declaredService(results, (each) => ({ ...each, consumes: [] })),
        "none",
        '2 to change, no service consumes: "admin.result-processor", "result-processor"',
    ),
    edited(
        "forgets who is urgent",
        declaredService("gateway", (each) => ({
            ...each,
            publishes: each.publishes.map((one) => ({ ...one, urgency: false })),
        })),
        "reordered",
        '1 to change, messages may be reordered: service "gateway": urgency of "request" true -> false; nothing is lost',
    ),
];
