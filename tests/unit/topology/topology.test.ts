import { type Binding, type BrokerVersion, type Topology } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { knownAnalyzers } from "../../../src/environment/environment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { devTopology, prodConfig } from "../environments.ts";

const exchanges = [
    "spot.admin topic",
    "spot.analysis topic",
    "spot.dead-letter direct",
    "spot.notifications topic",
    "spot.rpc direct",
    "spot.unrouted fanout",
];

const services = [
    "analyzer-orchestrator",
    "analyzer.attachments",
    "analyzer.content",
    "analyzer.headers",
    "analyzer.links",
    "gateway",
    "notifier",
    "result-processor",
];

const workQueues = [
    "analyzer-orchestrator",
    "analyzer-orchestrator.findings",
    "analyzer.attachments",
    "analyzer.content",
    "analyzer.headers",
    "analyzer.links",
    "notifications.email",
    "notifications.webhook",
    "result-processor",
];

const queues = [
    ...workQueues.map((name) => `${name} quorum work`),
    ...workQueues.map((name) => `${name}.dlq quorum parking`),
    ...services.map((name) => `admin.${name} stream commands`),
    "analyzer-orchestrator.rpc quorum requests",
    "notifications.status classic transient",
    "unrouted quorum parking",
];

const bindings = [
    "spot.analysis [analyze.request] analyzer-orchestrator",
    "spot.analysis [analyze.finding.*] analyzer-orchestrator.findings",
    "spot.analysis [analyze.job.attachments] analyzer.attachments",
    "spot.analysis [analyze.job.content] analyzer.content",
    "spot.analysis [analyze.job.headers] analyzer.headers",
    "spot.analysis [analyze.job.links] analyzer.links",
    "spot.analysis [analyze.result] result-processor",
    "spot.notifications [notify.completed] notifications.email",
    "spot.notifications [notify.failed] notifications.email",
    "spot.notifications [notify.alert] notifications.email",
    "spot.notifications [notify.completed] notifications.webhook",
    "spot.notifications [notify.failed] notifications.webhook",
    "spot.notifications [notify.alert] notifications.webhook",
    "spot.notifications [notify.status] notifications.status",
    "spot.rpc [analysis.status] analyzer-orchestrator.rpc",
    "spot.rpc [analysis.submit] analyzer-orchestrator.rpc",
    "spot.unrouted [] unrouted",
    ...services.flatMap((name) => [
        `spot.admin [admin.all] admin.${name}`,
        `spot.admin [admin.${name}] admin.${name}`,
    ]),
    ...workQueues.map((name) => `spot.dead-letter [${name}] ${name}.dlq`),
];

/** What brokers without delayed retry have besides: five attempts wait four times. */
const tiers = ["1", "2", "3", "4"];
const delayQueues = workQueues.flatMap((name) => tiers.map((tier) => `${name}.retry.${tier} quorum delay`));
const delayBindings = workQueues.flatMap((name) => [
    `spot.retry [${name}] ${name}`,
    ...tiers.map((tier) => `spot.retry [${name}.${tier}] ${name}.retry.${tier}`),
]);

function exchangesOf(topology: Topology): readonly string[] {
    return topology.exchanges.map(({ name, type }) => `${name} ${type}`);
}

function queuesOf(topology: Topology): readonly string[] {
    return topology.queues.map(({ name, type, purpose }) => `${name} ${type} ${purpose ?? "?"}`);
}

function written({ source, routingKey, destination }: Binding): string {
    return `${source} [${routingKey}] ${destination}`;
}

describe.each<[BrokerVersion, readonly string[], readonly string[], readonly string[]]>([
    ["4.3", exchanges, queues, bindings],
    ["4.2", [...exchanges, "spot.retry topic"], [...queues, ...delayQueues], [...bindings, ...delayBindings]],
    ["4.1", [...exchanges, "spot.retry topic"], [...queues, ...delayQueues], [...bindings, ...delayBindings]],
    ["4.0", [...exchanges, "spot.retry topic"], [...queues, ...delayQueues], [...bindings, ...delayBindings]],
])("the topology of the dev stack on %s", (version, theExchanges, theQueues, theBindings) => {
    const topology = devTopology(version);

    it("has exactly the exchanges that TOPOLOGY.md names", () => {
        expect([...exchangesOf(topology)].sort()).toEqual([...theExchanges].sort());
    });

    it("has exactly the queues that TOPOLOGY.md names", () => {
        expect([...queuesOf(topology)].sort()).toEqual([...theQueues].sort());
    });

    it("has exactly the bindings that TOPOLOGY.md names, without arguments, all to queues", () => {
        expect(topology.bindings.map(written).sort()).toEqual([...theBindings].sort());
        expect(new Set(topology.bindings.map((each) => each.destinationType))).toEqual(new Set(["queue"]));
        expect(topology.bindings.filter((each) => Object.keys(each.arguments).length > 0)).toEqual([]);
    });

    it("lives in one virtual host, and everything in it is durable", () => {
        expect(topology.vhosts).toEqual([{ name: "spot" }]);
        const placed = [
            ...topology.exchanges,
            ...topology.queues,
            ...topology.bindings,
            ...topology.policies,
        ];
        expect(new Set(placed.map(({ vhost }) => vhost))).toEqual(new Set(["spot"]));
        const durable = [...topology.exchanges, ...topology.queues].map((each) => each.durable);
        expect(new Set(durable)).toEqual(new Set([true]));
    });

    it("sends what no binding matches to spot.unrouted, but for rpc and spot.unrouted itself", () => {
        const alternates = topology.policies
            .filter(({ applyTo }) => applyTo === "exchanges")
            .map(({ name, definition }) => [name, definition["alternate-exchange"]]);
        const expected = theExchanges
            .map((each) => each.replace(/ .*/, ""))
            .filter((name) => name !== "spot.rpc" && name !== "spot.unrouted")
            .map((name) => [`exchange.${name}`, "spot.unrouted"]);
        expect(alternates.sort()).toEqual(expected.sort());
    });

    it("has one user for each service, and only the people's users see the cluster", () => {
        expect(topology.users).toEqual(
            [...services, "monitoring", "operator"]
                .sort()
                .map((name) => ({ name, tags: services.includes(name) ? [] : ["monitoring"] })),
        );
    });

    it("deploys every service but the people's users", () => {
        const deployed = topology.services.filter(({ workload }) => workload !== undefined);
        expect(deployed.map(({ name }) => name)).toEqual(services);
    });

    it("has a deadline on the requests, and a TTL only there, on waiting and on what may be lost", () => {
        const limited = topology.policies.filter(({ definition }) => "message-ttl" in definition);
        const lasting = limited.filter(({ name }) => !name.includes(".retry."));
        expect(lasting.map(({ name, definition }) => [name, definition["message-ttl"]])).toEqual([
            ["queue.analyzer-orchestrator", 120_000],
            ["queue.analyzer-orchestrator.rpc", 5_000],
            ["queue.notifications.status", 60_000],
        ]);
        expect(limited).toHaveLength(3 + (version === "4.3" ? 0 : delayQueues.length));
    });

    it("may lose messages of full queues where TOPOLOGY.md says so, and moves the oldest away for notifications", () => {
        const dropping = topology.policies.filter(({ definition }) => definition["overflow"] === "drop-head");
        expect(dropping.map(({ name, definition }) => [name, definition["dead-letter-exchange"]])).toEqual([
            ["queue.notifications.email", "spot.dead-letter"],
            ["queue.notifications.status", undefined],
            ["queue.notifications.webhook", "spot.dead-letter"],
        ]);
    });

    it("marks as urgent only what belongs to an analysis that somebody waits for", () => {
        const urgent = topology.services.flatMap(({ publishes }) =>
            publishes.filter(({ urgency }) => urgency).map(({ routingKey }) => routingKey),
        );
        expect(urgent.sort()).toEqual(
            ["analyze.request", ...knownAnalyzers.map((name) => `analyze.job.${name}`)].sort(),
        );
    });

    it("persists everything that is published but the status, which expires", () => {
        const fleeting = topology.services.flatMap(({ name, publishes }) =>
            publishes
                .filter((each) => !each.persistent || !each.mandatory || each.expiration !== undefined)
                .map((each) => [name, each.routingKey, each.persistent, each.mandatory, each.expiration]),
        );
        expect(fleeting).toEqual(
            services
                .filter((name) => name !== "notifier")
                .map((name) => [name, "notify.status", false, false, 60_000]),
        );
    });
});

describe("the list of analyzers", () => {
    it("decides which queues, users and jobs there are, in any order", () => {
        const one = devTopology("4.3", { analyzers: '["links"]' });
        expect(one.queues.map(({ name }) => name).filter((name) => name.startsWith("analyzer."))).toEqual([
            "analyzer.links",
            "analyzer.links.dlq",
        ]);
        expect(one.users.map(({ name }) => name).filter((name) => name.startsWith("analyzer."))).toEqual([
            "analyzer.links",
        ]);
        const two = devTopology("4.3", { analyzers: '["links","headers"]' });
        const same = devTopology("4.3", { analyzers: '["headers","links"]' });
        expect({ ...two, services: [], retries: {} }).toEqual({ ...same, services: [], retries: {} });
    });
});

describe("the prod stack", () => {
    const prod = buildTopology(parseEnvironment("prod", prodConfig));
    const dev = devTopology("4.3");

    it("declares the same objects as the dev stack", () => {
        expect(exchangesOf(prod)).toEqual(exchangesOf(dev));
        expect(queuesOf(prod)).toEqual(queuesOf(dev));
        expect(prod.bindings).toEqual(dev.bindings);
        expect(prod.users).toEqual(dev.users);
        expect(prod.permissions).toEqual(dev.permissions);
        expect(prod.topicPermissions).toEqual(dev.topicPermissions);
        expect(prod.policies.map(({ name }) => name)).toEqual(dev.policies.map(({ name }) => name));
    });

    it("protects every queue, which dev does not", () => {
        expect(new Set(prod.queues.map(({ retain }) => retain))).toEqual(new Set([true]));
        expect(new Set(dev.queues.map(({ retain }) => retain))).toEqual(new Set([false]));
    });
});
