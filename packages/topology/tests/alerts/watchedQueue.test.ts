import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { alertGroups, queueAlerts } from "../../src/alerts/alertGroups.ts";
import { holdLimit, waitLimit } from "../../src/alerts/queues/thresholds.ts";
import { type WatchedQueue, watchedQueues } from "../../src/alerts/queues/watchedQueue.ts";
import { emptyTopology } from "../../src/model/emptyTopology.ts";
import { type BrokerVersion, binding, exchange, queue, type Topology } from "../../src/model/index.ts";

const scope = { matchers: {}, nodes: 1, target: "--stack dev" } as const;
const spot = sampleTopology("4.3", { analyzers: '["links"]', analysisDeadline: "10 minutes" });

function watched(topology: Topology, name: string): WatchedQueue {
    const found = watchedQueues(topology).find((each) => each.name === name);
    if (found === undefined) {
        throw new Error(`no queue "${name}"`);
    }
    return found;
}

const replicated = `count by (vhost, queue) (${["quorum", "stream"]
    .map((type) => `rabbitmq_detailed_queue_info{vhost="spot",queue_type="rabbit_${type}_queue"}`)
    .join(" or ")})`;

/** A broker's own view: no purposes, no services. */
function brokerView(changes: Partial<Topology>): Topology {
    return {
        ...emptyTopology("4.3"),
        vhosts: [{ name: "shop" }],
        ...changes,
    };
}

describe("a watched queue", () => {
    it("promises what its policy and its consumer declare", () => {
        expect(watched(spot, "analyzer.links")).toEqual({
            vhost: "spot",
            name: "analyzer.links",
            type: "quorum",
            owner: "analyzer.links",
            consumers: ["analyzer.links"],
            deadLettersOf: [],
            unroutedOf: [],
            maxMessages: 50_000,
            maxBytes: 2_147_483_648,
            refuses: true,
            deadline: undefined,
            jobLimit: 60_000,
            deliveryLimit: 4,
        });
    });

    it("belongs to the consumer of the queue that its dead letters come from", () => {
        expect(watched(spot, "notifications.email.dlq")).toMatchObject({
            owner: "notifier",
            consumers: [],
            deadLettersOf: ["notifications.email"],
        });
    });

    it("belongs to the consumer of the queue that its delayed messages return to", () => {
        const old = sampleTopology("4.0", { analyzers: '["links"]' });
        expect(watched(old, "analyzer.links.retry.1")).toMatchObject({
            owner: "analyzer.links",
            consumers: [],
        });
    });

    it("has no owner if it keeps unroutable messages", () => {
        expect(watched(spot, "unrouted")).toMatchObject({
            owner: undefined,
            unroutedOf: [
                "spot.admin",
                "spot.analysis",
                "spot.dead-letter",
                "spot.notifications",
                "spot.retry",
            ],
        });
    });

    it("has no limit of deliveries where the policy lifts it", () => {
        expect(watched(spot, "unrouted").deliveryLimit).toBeUndefined();
    });

    it("keeps dead letters in another program's topology, too, by virtual host", () => {
        const dead = { arguments: { "x-dead-letter-exchange": "dlx", "x-dead-letter-routing-key": "dead" } };
        const topology = brokerView({
            vhosts: [{ name: "shop" }, { name: "test" }],
            exchanges: [exchange("shop", "dlx", "direct"), exchange("test", "dlx", "direct")],
            queues: [
                queue("shop", "dead", "classic"),
                queue("shop", "orders", "classic", dead),
                queue("test", "dead", "classic"),
            ],
            bindings: [binding("shop", "dlx", "dead", "dead"), binding("test", "dlx", "dead", "dead")],
        });
        expect(
            watchedQueues(topology).map(({ vhost, name, deadLettersOf }) => [vhost, name, deadLettersOf]),
        ).toEqual([
            ["shop", "dead", ["orders"]],
            ["shop", "orders", []],
            ["test", "dead", []],
        ]);
    });
});

describe("the time that a message may wait", () => {
    it.each([
        { name: "analyzer-orchestrator", wait: 300_000, hold: 60_000, because: "half of its deadline" },
        { name: "analyzer.links", wait: 120_000, hold: 60_000, because: "two jobs" },
        {
            name: "analyzer-orchestrator.rpc",
            wait: undefined,
            hold: 60_000,
            because: "shorter than can be seen",
        },
        { name: "analyzer.links.dlq", wait: undefined, hold: undefined, because: "it has no consumers" },
        { name: "admin.notifier", wait: undefined, hold: undefined, because: "a stream keeps what is read" },
    ])("is $wait ms in $name: $because", ({ name, wait, hold }) => {
        expect(waitLimit(watched(spot, name))).toBe(wait);
        expect(holdLimit(watched(spot, name))).toBe(hold);
    });
});

describe("the alerts of queues", () => {
    const namesOf = (topology: Topology, name: string): readonly string[] =>
        queueAlerts(watched(topology, name), scope).map((alert) => alert.name);

    it.each([
        {
            queue: "analyzer.links",
            alerts: [
                "QueueMissing",
                "QueueHasNoConsumers",
                "QueueNearlyFull",
                "OldestMessageOverdue",
                "ConsumersStuck",
                "QueueGrowing",
                "MessagesRedelivered",
            ],
        },
        { queue: "analyzer.links.dlq", alerts: ["QueueMissing", "QueueNearlyFull", "DeadLettersPresent"] },
        { queue: "unrouted", alerts: ["QueueMissing", "QueueNearlyFull", "MessagesUnrouted"] },
        { queue: "admin.notifier", alerts: ["QueueMissing", "QueueHasNoConsumers"] },
        {
            queue: "analyzer-orchestrator.rpc",
            alerts: [
                "QueueMissing",
                "QueueHasNoConsumers",
                "QueueNearlyFull",
                "ConsumersStuck",
                "QueueGrowing",
                "MessagesRedelivered",
            ],
        },
    ])("of $queue are those that its promises can break", ({ queue: name, alerts }) => {
        expect(namesOf(spot, name)).toEqual(alerts);
    });

    it("watch a delay queue's bound, which holds the retries up", () => {
        expect(namesOf(sampleTopology("4.0", {}), "analyzer.links.retry.1")).toEqual([
            "QueueMissing",
            "QueueNearlyFull",
            "QueueGrowing",
        ]);
    });

    it("are grouped by the service that is called, and each stands once", () => {
        const groups = alertGroups(spot, scope);
        expect(groups.map(({ name }) => name)).toEqual([
            "broker",
            "queues of analyzer-orchestrator",
            "queues of analyzer.links",
            "queues of gateway",
            "queues of notifier",
            "queues of platform",
            "queues of result-processor",
        ]);
        const keys = groups.flatMap(({ alerts }) =>
            alerts.map(({ name, labels }) => JSON.stringify([name, labels])),
        );
        expect(new Set(keys).size).toBe(keys.length);
    });

    it("have the labels that select this broker, so that alerts of two brokers differ", () => {
        const matchers = { namespace: "spot-prod", job: "rabbitmq" };
        for (const { name, labels } of alertGroups(spot, { ...scope, matchers }).flatMap(
            ({ alerts }) => alerts,
        )) {
            expect(labels, name).toMatchObject(matchers);
        }
    });

    it.each<[number, BrokerVersion, string]>([
        [3, "4.0", 'count by (vhost, queue) (rabbitmq_detailed_raft_term_total{vhost="spot"}) < 2'],
        [3, "4.1", `${replicated} < 2`],
        [5, "4.3", `${replicated} < 3`],
    ])(
        "with %i nodes of RabbitMQ %s take a majority for lost by the members of its queues alone",
        (nodes, version, expression) => {
            const alerts = alertGroups(sampleTopology(version, {}), { ...scope, nodes }).flatMap(
                (group) => group.alerts,
            );
            expect(alerts.find(({ name }) => name === "QueueLostQuorum")?.expression).toBe(expression);
        },
    );

    it("allow five times the connections that all processes open when they start", () => {
        const alerts = alertGroups(spot, { ...scope, processes: 41 }).flatMap((group) => group.alerts);
        expect(alerts.find(({ name }) => name === "ConnectionChurn")?.expression).toMatch(/ > 410$/);
    });

    it("state the problem, what to check and how to fix it, in separate sentences", () => {
        for (const { name, summary, description } of alertGroups(spot, { ...scope, nodes: 3 }).flatMap(
            ({ alerts }) => alerts,
        )) {
            expect(summary, name).not.toMatch(/\.$/);
            expect(description, name).toMatch(
                /Check: .+\.( .+\.)?$|Do not restart a node now\. Check: .+\.$/s,
            );
            expect(`${summary} ${description}`, name).not.toMatch(/undefined|\[object|NaN/);
        }
    });

    it("watch only this broker's metrics where labels tell it from others", () => {
        for (const { expression } of alertGroups(spot, { ...scope, matchers: { namespace: "spot" } }).flatMap(
            ({ alerts }) => alerts,
        )) {
            const selectors = expression.match(/rabbitmq_\w+(\{[^}]*\})?/g) ?? [];
            expect(selectors.length).toBeGreaterThan(0);
            expect(selectors.filter((each) => !each.includes('{namespace="spot"'))).toEqual([]);
        }
    });

    it("quote what a name may hold", () => {
        const strange = 'a"b\\c\nd';
        const [alert] = queueAlerts(
            watched(brokerView({ queues: [queue("shop", strange, "quorum")] }), strange),
            scope,
        );
        expect(alert?.expression).toContain(String.raw`queue="a\"b\\c\nd"`);
    });
});
