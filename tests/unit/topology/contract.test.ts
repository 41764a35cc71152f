import { type BrokerVersion, brokerVersions } from "@spot-messaging/topology";
import type { Contract } from "@spot-messaging/topology/contract";
import { describe, expect, it } from "vitest";
import { knownAnalyzers } from "../../../src/environment/environment.ts";
import { spotContract } from "../../../src/topology/contract.ts";
import { devTopology } from "../environments.ts";
import { named } from "../found.ts";

function contractFor(service: string, version: BrokerVersion): Contract {
    const topology = devTopology(version);
    return spotContract(topology, named(topology.services, service));
}

const linksOn43: Contract = {
    format: 1,
    service: "analyzer.links",
    broker: { version: "4.3" },
    publishes: {
        finding: {
            exchange: "spot.analysis",
            routingKey: "analyze.finding.links",
            persistent: true,
            mandatory: true,
            priorities: null,
            expirationMs: null,
        },
        status: {
            exchange: "spot.notifications",
            routingKey: "notify.status",
            persistent: false,
            mandatory: false,
            priorities: null,
            expirationMs: 60_000,
        },
    },
    consumes: {
        job: {
            queue: "analyzer.links",
            type: "quorum",
            prefetch: 4,
            jobLimitMs: 60_000,
            retry: { mode: "broker", attempts: 5 },
            deadLetter: { exchange: "spot.dead-letter", routingKey: "analyzer.links" },
        },
        admin: {
            queue: "admin.analyzer.links",
            type: "stream",
            prefetch: 10,
            jobLimitMs: 10_000,
            retry: null,
            deadLetter: null,
        },
    },
    calls: {},
    replies: null,
    callers: {},
    connections: { publishChannels: 4 },
    limits: { inlineBytes: 0 },
    settings: { analyzer: "links" },
};

describe("spotContract", () => {
    it("tells an analyzer on 4.3 exactly this", () => {
        expect(contractFor("analyzer.links", "4.3")).toEqual(linksOn43);
    });

    it("tells it on 4.0 the same, but to retry through the retry exchange", () => {
        const routingKeys = ["1", "2", "3", "4"].map((tier) => `analyzer.links.${tier}`);
        const { admin, job } = linksOn43.consumes;
        expect(contractFor("analyzer.links", "4.0")).toEqual({
            ...linksOn43,
            broker: { version: "4.0" },
            consumes: {
                admin,
                job: {
                    ...job,
                    retry: { mode: "exchange", attempts: 5, exchange: "spot.retry", routingKeys },
                },
            },
        });
    });

    it("tells the gateway whom to call and for how long", () => {
        const { calls, publishes, consumes, replies, callers, settings } = contractFor("gateway", "4.3");
        expect(calls).toEqual({
            status: { exchange: "spot.rpc", routingKey: "analysis.status", timeoutMs: 5_000 },
            submit: { exchange: "spot.rpc", routingKey: "analysis.submit", timeoutMs: 5_000 },
        });
        expect(replies).toEqual({ queue: "gateway.replies", prefetch: 100 });
        expect(callers).toEqual({});
        expect(Object.keys(consumes)).toEqual(["admin"]);
        expect(publishes["request"]?.priorities).toEqual({ normal: 4, urgent: 8 });
        expect(settings).toEqual({ httpPort: 8080, requireToken: false, hosts: [], origins: [] });
    });

    it("tells the orchestrator where the replies to its callers go, and which users these have", () => {
        const { callers, replies } = contractFor("analyzer-orchestrator", "4.3");
        expect(replies).toBe(null);
        expect(callers).toEqual({
            gateway: { exchange: "spot.replies", routingKey: "gateway", users: "^gateway(-[0-9]+)?$" },
        });
    });

    it("tells the orchestrator one kind of job for each analyzer", () => {
        const { publishes, settings } = contractFor("analyzer-orchestrator", "4.3");
        const jobs = Object.entries(publishes).filter(([message]) => message.startsWith("job."));
        expect(jobs.map(([message, { routingKey }]) => [message, routingKey])).toEqual(
            knownAnalyzers.map((name) => [`job.${name}`, `analyze.job.${name}`]),
        );
        expect(Object.keys(publishes)).toEqual([...jobs.map(([name]) => name), "result", "alert", "status"]);
        expect(settings).toEqual({ analyzers: [...knownAnalyzers], analysisDeadlineMs: 120_000 });
    });

    it.each(brokerVersions)("names nothing on %s that the topology does not have", (version) => {
        const topology = devTopology(version);
        const exchanges = topology.exchanges.map(({ name }) => name);
        const queues = topology.queues.map(({ name }) => name);
        const contracts = topology.services.map((each) => spotContract(topology, each));
        expect(contracts).toHaveLength(topology.services.length);
        const used = contracts.flatMap(({ publishes, calls, callers, consumes }) => [
            ...Object.values(callers).map(({ exchange }) => exchange),
            ...Object.values(publishes).map(({ exchange }) => exchange),
            ...Object.values(calls).map(({ exchange }) => exchange),
            ...Object.values(consumes).flatMap(({ retry, deadLetter }) => [
                ...(retry?.mode === "exchange" ? [retry.exchange] : []),
                ...(deadLetter === null ? [] : [deadLetter.exchange]),
            ]),
        ]);
        const consumed = contracts.flatMap(({ consumes, replies }) => [
            ...Object.values(consumes).map(({ queue }) => queue),
            ...(replies === null ? [] : [replies.queue]),
        ]);
        expect(new Set(used.filter((name) => !exchanges.includes(name)))).toEqual(new Set());
        expect(consumed.filter((name) => !queues.includes(name))).toEqual([]);
        // Every queue has at most one kind of consumer: services compete as replicas, never with each other.
        expect(new Set(consumed).size).toBe(consumed.length);
    });

    it.each(brokerVersions)(
        "keeps every message of every service on %s under a name of its own",
        (version) => {
            const topology = devTopology(version);
            for (const each of topology.services) {
                const { publishes, consumes, calls, ...rest } = spotContract(topology, each);
                const callers = Object.keys(rest.callers).length;
                const streams = rest.replies === null ? 0 : 1;
                expect(Object.keys(publishes)).toHaveLength(each.publishes.length - callers);
                expect(Object.keys(consumes)).toHaveLength(each.consumes.length - streams);
                expect(Object.keys(calls)).toHaveLength(each.calls.length);
            }
        },
    );

    it("survives being written as JSON", () => {
        expect(JSON.parse(JSON.stringify(linksOn43))).toEqual(contractFor("analyzer.links", "4.3"));
    });
});
