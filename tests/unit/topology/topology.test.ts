import { type Binding, brokerVersions, type Topology } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { knownAnalyzers } from "../../../src/environment/environment.ts";
import { buildTopology } from "../../../src/topology/index.ts";
import { devTopology, prodConfig } from "../environments.ts";

/** What the queues of the dev stack are for, by purpose. */
function queuesFor(purpose: string, { queues }: Topology): readonly string[] {
    return queues.filter((each) => each.purpose === purpose).map(({ name }) => name);
}

function deployed({ services }: Topology): readonly string[] {
    return services.filter(({ workload }) => workload !== undefined).map(({ name }) => name);
}

function exchangesOf(topology: Topology): readonly string[] {
    return topology.exchanges.map(({ name, type }) => `${name} ${type}`);
}

function queuesOf(topology: Topology): readonly string[] {
    return topology.queues.map(({ name, type, purpose }) => `${name} ${type} ${purpose ?? "?"}`);
}

function written({ source, routingKey, destination }: Binding): string {
    return `${source} [${routingKey}] ${destination}`;
}

/** The bindings whose source is one exchange. */
function bindingsFrom(exchange: string, { bindings }: Topology): readonly string[] {
    return bindings
        .filter(({ source }) => source === exchange)
        .map(written)
        .sort();
}

/** Five attempts wait four times. */
const tiers = ["1", "2", "3", "4"];

// Exact lists of exchanges, queues, bindings and services are in tests/unit/pins.
describe.each(brokerVersions)("the topology of the dev stack on %s", (version) => {
    const topology = devTopology(version);
    const workQueues = queuesFor("work", topology);
    const services = deployed(topology);

    it("gives each work queue a quorum queue for its dead letters, bound with its name", () => {
        expect(queuesFor("parking", topology)).toEqual(
            [...workQueues.map((name) => `${name}.dlq`), "unrouted"].sort(),
        );
        expect(bindingsFrom("spot.dead-letter", topology)).toEqual(
            workQueues.map((name) => `spot.dead-letter [${name}] ${name}.dlq`).sort(),
        );
        const types = topology.queues.filter(({ purpose }) => purpose === "work" || purpose === "parking");
        expect(new Set(types.map(({ type }) => type))).toEqual(new Set(["quorum"]));
    });

    it("gives each service a stream of commands, bound for all services and for this one", () => {
        expect(queuesFor("commands", topology)).toEqual(services.map((name) => `admin.${name}`));
        expect(bindingsFrom("spot.admin", topology)).toEqual(
            services
                .flatMap((name) => [
                    `spot.admin [admin.all] admin.${name}`,
                    `spot.admin [admin.${name}] admin.${name}`,
                ])
                .sort(),
        );
    });

    it("has delay queues for each work queue before 4.3, and none since; redriven messages get back into each", () => {
        const waiting = version === "4.3" ? [] : workQueues;
        expect([...queuesFor("delay", topology)].sort()).toEqual(
            waiting.flatMap((name) => tiers.map((tier) => `${name}.retry.${tier}`)).sort(),
        );
        expect(bindingsFrom("spot.retry", topology)).toEqual(
            [
                ...workQueues.map((name) => `spot.retry [${name}] ${name}`),
                ...waiting.flatMap((name) =>
                    tiers.map((tier) => `spot.retry [${name}.${tier}] ${name}.retry.${tier}`),
                ),
            ].sort(),
        );
    });

    it("binds queues only, without arguments", () => {
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

    it("has spot.unrouted as the alternate exchange of every exchange except spot.rpc, spot.replies and spot.unrouted", () => {
        const alternates = topology.policies
            .filter(({ applyTo }) => applyTo === "exchanges")
            .map(({ name, definition }) => [name, definition["alternate-exchange"]]);
        const expected = topology.exchanges
            .map(({ name }) => name)
            .filter((name) => !["spot.rpc", "spot.replies", "spot.unrouted"].includes(name))
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
        const others = topology.services.map(({ name }) => name).filter((name) => !services.includes(name));
        expect(others).toEqual(["monitoring", "operator"]);
    });

    it("has a TTL only on waiting, on calls and on what may be lost", () => {
        const limited = topology.policies.filter(({ definition }) => "message-ttl" in definition);
        const lasting = limited.filter(({ name }) => !name.includes(".retry."));
        expect(lasting.map(({ name, definition }) => [name, definition["message-ttl"]])).toEqual([
            ["queue.analyzer-orchestrator.rpc", 5_000],
            ["queue.notifications.status", 60_000],
        ]);
        expect(limited).toHaveLength(2 + queuesFor("delay", topology).length);
    });

    it("may lose messages of full queues only where the messages are transient, and moves the oldest away for notifications", () => {
        const dropping = topology.policies.filter(({ definition }) => definition["overflow"] === "drop-head");
        expect(dropping.map(({ name, definition }) => [name, definition["dead-letter-exchange"]])).toEqual([
            ["queue.notifications.email", "spot.dead-letter"],
            ["queue.notifications.status", undefined],
            ["queue.notifications.webhook", "spot.dead-letter"],
        ]);
    });

    it("marks as urgent only the messages of an analysis that a user waits for", () => {
        const urgent = topology.services.flatMap(({ publishes }) =>
            publishes.filter(({ urgency }) => urgency).map(({ routingKey }) => routingKey),
        );
        expect(urgent.sort()).toEqual(
            ["analyze.request", ...knownAnalyzers.map((name) => `analyze.job.${name}`)].sort(),
        );
    });

    it("persists every published message except replies and the status, which expires", () => {
        const fleeting = topology.services.flatMap(({ name, publishes }) =>
            publishes
                .filter((each) => !each.persistent || !each.mandatory || each.expiration !== undefined)
                .map((each) => [name, each.routingKey, each.persistent, each.mandatory, each.expiration]),
        );
        const replies = fleeting.filter(([, , , , expiration]) => expiration === undefined);
        expect(replies).toEqual([["analyzer-orchestrator", "gateway", false, false, undefined]]);
        expect(fleeting.filter((each) => !replies.includes(each))).toEqual(
            topology.services
                .filter(({ publishes }) => publishes.some(({ routingKey }) => routingKey === "notify.status"))
                .map(({ name }) => name)
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

    it("protects every queue but the streams of replies, which dev does not", () => {
        const unprotected = prod.queues.filter(({ retain }) => !retain).map(({ name }) => name);
        expect(unprotected).toEqual(queuesFor("replies", prod));
        expect(new Set(dev.queues.map(({ retain }) => retain))).toEqual(new Set([false]));
    });
});
